import { posix } from 'node:path';
import { type ComposeProject, composeFile, composeProjects } from '../documents/compose.ts';
import { type Dockerfile, parseDockerfile } from '../documents/dockerfile.ts';
import type { ShellScript } from '../documents/shell.ts';
import { actionFile, readWorkflow, type Workflow, workflowFile } from '../documents/workflow.ts';
import { type DocumentFault, parseYaml, type YamlNode } from '../documents/yaml-document.ts';
import type { Repository } from '../repository/repository.ts';
import { type Container, containersOf } from './containers.ts';
import { type DeployJob, deployJobs } from './deploy-jobs.ts';
import { type Image, imageOf } from './image.ts';
import { type Codebase, readCodebases } from './lockfiles.ts';
import { parsedScript } from './parsed-scripts.ts';

export interface FileFault extends DocumentFault {
  readonly file: string;
}

/** Everything that the rules look at, read once and joined across files. */
export interface Facts {
  readonly repository: Repository;
  readonly dockerfiles: ReadonlyMap<string, Dockerfile>;
  readonly images: ReadonlyMap<string, Image>;
  readonly projects: readonly ComposeProject[];
  readonly containers: readonly Container[];
  readonly workflows: readonly Workflow[];
  readonly deployJobs: readonly DeployJob[];
  readonly scripts: ReadonlyMap<string, ShellScript>;
  readonly codebases: readonly Codebase[];
  readonly faults: readonly FileFault[];
}

export function gatherFacts(repository: Repository): Facts {
  const faults: FileFault[] = [];
  const files = repository.files.filter((path) => !isAside(path));
  const composeDocuments = new Map<string, YamlNode>();
  const workflows: Workflow[] = [];
  for (const file of files) {
    const name = posix.basename(file);
    const isCompose = composeFile.test(name);
    if (!isCompose && !workflowFile.test(file) && !actionFile.test(file)) continue;
    const text = repository.text(file);
    if (text === undefined || isTemplate(text)) continue;
    const parsed = parseYaml(text);
    if (!parsed.ok) faults.push({ file, line: parsed.line, message: parsed.message });
    else if (isCompose) composeDocuments.set(file, parsed.value);
    else workflows.push(...[readWorkflow(file, parsed.value) ?? []].flat());
  }
  const dockerfiles = readDockerfiles(files, repository);
  const images = new Map(
    [...dockerfiles].map(([file, dockerfile]) => [file, imageOf(file, dockerfile)] as const),
  );
  const projects = composeProjects(composeDocuments, repository);
  const scripts = readScripts(files, repository);
  const codebases = readCodebases(files, { repository, faults });
  return {
    repository,
    dockerfiles,
    images,
    projects,
    containers: containersOf({ dockerfiles, images, projects, repository }),
    workflows,
    deployJobs: deployJobs(workflows),
    scripts,
    codebases,
    faults,
  };
}

/** Folders whose files are not deployed: tests and what they feed on, templates of other projects. */
const aside =
  /(^|\/)(tests?|__tests__|e2e|specs?|testdata|test[-_]data|fixtures?|__fixtures__|__mocks__|mocks|testing|playwright|cypress|cookiecutter[^/]*|\{\{[^/]*)\//i;
/** Folders that teach: what is wrong there is less certainly a fault. */
const teaching =
  /(^|\/)(examples?|samples?|demos?|docs?|documentation|templates?|tutorials?|playground|bench(marks?)?|\.devcontainer|contrib)\//i;

export function isAside(path: string): boolean {
  return aside.test(path);
}

export function isTeaching(path: string): boolean {
  return teaching.test(path);
}

/** Jinja and its kin: what stands there is YAML only after somebody filled it in. */
function isTemplate(text: string): boolean {
  return (
    /^\s*\{%|\{%-? *(if|for|raw|endif)\b/m.test(text) || /(?<!\$)\{\{ *cookiecutter/.test(text)
  );
}

const dockerfileName =
  /^(Dockerfile|Containerfile)([.-][\w.-]+)?$|\.(Dockerfile|dockerfile|Containerfile)$|^dockerfile$/;

function readDockerfiles(
  files: readonly string[],
  repository: Repository,
): Map<string, Dockerfile> {
  const found = new Map<string, Dockerfile>();
  for (const file of files) {
    const name = posix.basename(file);
    if (!dockerfileName.test(name)) continue;
    if (
      /\.(dockerignore|md|j2|jinja2?|tmpl|tpl|template|erb|in|ya?ml|json|sh|mustache|py|go|[jt]sx?|rb|txt)$/.test(
        name,
      )
    )
      continue;
    const text = repository.text(file);
    if (text === undefined || isTemplate(text) || /\{\{[^}]*\}\}|<%=/.test(text)) continue;
    const dockerfile = parseDockerfile(text);
    if (dockerfile) found.set(file, dockerfile);
  }
  return found;
}

const MOST_HEADS = 3000;

function readScripts(files: readonly string[], repository: Repository): Map<string, ShellScript> {
  const found = new Map<string, ShellScript>();
  let heads = 0;
  for (const file of files) {
    const name = posix.basename(file);
    const isNamed = /\.(sh|bash)$/.test(name);
    if (!isNamed && (name.includes('.') || /^[A-Z_]+$/.test(name))) continue;
    if (!isNamed && (++heads > MOST_HEADS || !/^#!.*\b(ba|da|a)?sh\b/.test(repository.head(file))))
      continue;
    const text = repository.text(file);
    if (text !== undefined && text.length < 512 * 1024)
      found.set(
        file,
        lazyScript(text, () => parsedScript(repository, file)),
      );
  }
  return found;
}

/** Most scripts are never looked into; each is parsed when somebody first does. */
function lazyScript(text: string, script: () => ShellScript): ShellScript {
  return {
    get shebang() {
      return /^#!(.*)/.exec(text)?.[1];
    },
    get commands() {
      return script().commands;
    },
    get branches() {
      return script().branches;
    },
    get functions() {
      return script().functions;
    },
    get errors() {
      return script().errors;
    },
  };
}
