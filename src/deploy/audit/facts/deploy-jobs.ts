import { posix } from 'node:path';
import { parseShell, type ShellCommand } from '../documents/shell.ts';
import type { Workflow, WorkflowJob, WorkflowStep } from '../documents/workflow.ts';
import { deployingAction, deployingCommand, isComposeUp } from './deploying.ts';

/** A step where it stands: a composite action's steps are another file's. */
export interface PlacedStep {
  readonly file: string;
  readonly step: WorkflowStep;
  /** Commands of `run`, and those that an action sends to a host. */
  readonly commands: readonly PlacedCommand[];
}

export interface PlacedCommand {
  readonly file: string;
  readonly command: ShellCommand;
  /** Runs on a host that lives on after the job. */
  readonly remote: boolean;
}

export interface DeployAct {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly command?: ShellCommand;
  readonly remote?: boolean;
}

/** A job whose purpose is to bring a version to a place where people use it. */
export interface DeployJob {
  readonly workflow: Workflow;
  readonly job: WorkflowJob;
  readonly steps: readonly PlacedStep[];
  readonly acts: readonly DeployAct[];
  /** Said to deploy by its name, not only by what it does. */
  readonly named: boolean;
  readonly production: boolean;
  /** The workflow job that calls this one, when it is a reusable one. */
  readonly caller?: { readonly workflow: Workflow; readonly job: WorkflowJob };
}

const deployWord =
  /(^|[^a-z])(deploy|deployment|rollout|roll-out|promote|ship to|go-?live|cd)([^a-z]|$)/i;
/** Says less by itself: it counts where something is deployed, too. */
const goingLive = /(^|[^a-z])(ship|prod|production|live)([^a-z]|$)/i;
const elsewhere =
  /\b(docs?|documentation|pages?|gh-pages|preview|storybook|website|npm|pypi|package|packages|crates?|chart|charts|snapshot|maven|sonatype|homebrew|docker-?hub|book|teardown|undeploy|cleanup|playground|review app|contracts?|coverage|label|dry-run|test|tests|nightly|e2e)\b/i;

export function deployJobs(workflows: readonly Workflow[]): DeployJob[] {
  const byFile = new Map(workflows.map((workflow) => [workflow.file, workflow]));
  const callers = callersOf(workflows, byFile);
  return workflows.flatMap((workflow) => {
    if (workflow.kind !== 'workflow') return [];
    return workflow.jobs.flatMap((job) => {
      const found = deployJob({ workflow, job }, { byFile, callers });
      return found ? [found] : [];
    });
  });
}

type Place = { readonly workflow: Workflow; readonly job: WorkflowJob };

function deployJob(
  { workflow, job }: Place,
  {
    byFile,
    callers,
  }: { byFile: ReadonlyMap<string, Workflow>; callers: ReadonlyMap<string, Place> },
): DeployJob | undefined {
  if (job.uses) return undefined;
  const steps = placedSteps(job.steps, { file: workflow.file, byFile, depth: 0 });
  const acted = steps.flatMap(actsOf);
  const fileName = posix.basename(workflow.file).replace(/\.ya?ml$/, '');
  const jobSays = `${job.id} ${job.name}`;
  const workflowSays = `${fileName} ${workflow.name}`;
  const caller = callers.get(workflow.file);
  const isElsewhere = elsewhere.test(spaced(`${jobSays} ${workflowSays}`)) || isPages(job);
  if (isElsewhere) return undefined;
  const said =
    deployWord.test(spaced(jobSays)) ||
    (deployWord.test(spaced(workflowSays)) && isOnlyWork(workflow, job));
  const wordless = spaced(`${jobSays} ${workflowSays} ${job.environment?.name ?? ''}`);
  const named = said || (acted.length > 0 && goingLive.test(wordless));
  // Composing on a runner that is thrown away is a test, unless the job says that it deploys.
  const ownRunner = job.runsOn.some((label) => /self-hosted/.test(label));
  const acts = acted.filter(
    ({ command, remote }) =>
      named ||
      ownRunner ||
      remote ||
      !command ||
      !isComposeUp(command) ||
      /--context|-H /.test(command.text),
  );
  if (!named && acts.length === 0) return undefined;
  const says = spaced(
    `${jobSays} ${workflowSays} ${job.environment?.name ?? ''} ${caller?.job.id ?? ''}`,
  );
  const lesser =
    /\b(stag(e|ing)|dev|development|test|qa|uat|sandbox|canary|beta|demo|integration)\b/i;
  const production = /\b(prod|production|live)\b/i.test(says) || !lesser.test(says);
  return { workflow, job, steps, acts, named, production, ...(caller ? { caller } : {}) };
}

/** In a workflow named deploy, a job that builds or tests is not the deploying one. */
function isOnlyWork(workflow: Workflow, job: WorkflowJob): boolean {
  if (workflow.jobs.length === 1) return true;
  return !/build|test|lint|check|scan|notify|image|publish|push|verify|smoke|setup|prepare|changes|version|release|migrat|approv|rollback|cleanup|quality|backup|gate|wait|report|meta|tag/i.test(
    `${job.id} ${job.name}`,
  );
}

function isPages({ environment, steps }: WorkflowJob): boolean {
  if (environment && /pages/.test(environment.name)) return true;
  return steps.some(({ uses }) =>
    /^(actions\/deploy-pages|peaceiris\/actions-gh-pages|jamesives\/github-pages-deploy-action|crazy-max\/ghaction-github-pages)@/i.test(
      uses?.name ?? '',
    ),
  );
}

export function spaced(text: string): string {
  return text.replace(/[_/.-]+/g, ' ');
}

function callersOf(workflows: readonly Workflow[], byFile: ReadonlyMap<string, Workflow>) {
  const callers = new Map<string, Place>();
  for (const workflow of workflows)
    for (const job of workflow.jobs) {
      const path = job.uses?.name.replace(/^\.\//, '');
      if (path && byFile.has(path)) callers.set(path, { workflow, job });
    }
  return callers;
}

export function placedSteps(
  steps: readonly WorkflowStep[],
  { file, byFile, depth }: { file: string; byFile: ReadonlyMap<string, Workflow>; depth: number },
): PlacedStep[] {
  return steps.flatMap((step) => {
    const local = step.uses?.name.startsWith('./')
      ? step.uses.name.slice(2).replace(/\/$/, '')
      : undefined;
    const action =
      local &&
      ['action.yml', 'action.yaml'].map((name) => byFile.get(`${local}/${name}`)).find(Boolean);
    if (action && depth < 4)
      return placedSteps(action.jobs[0]!.steps, { file: action.file, byFile, depth: depth + 1 });
    return [{ file, step, commands: commandsOf(step, file) }];
  });
}

function commandsOf(step: WorkflowStep, file: string): PlacedCommand[] {
  const local = (step.run?.script.commands ?? []).map((command) => ({
    file,
    command,
    remote: command.via.some((name) => name === 'ssh'),
  }));
  if (
    !/^appleboy\/ssh-action@|^garygrossgarten\/github-action-ssh|^fifsky\/ssh-action|^nekiro\/ssh-job/.test(
      step.uses?.name ?? '',
    )
  )
    return local;
  const script = step.with.get('script') ?? step.with.get('command');
  if (!script) return local;
  const { commands } = parseShell(script.value, script.textLine);
  return [...local, ...commands.map((command) => ({ file, command, remote: true }))];
}

function actsOf({ file, step, commands }: PlacedStep): DeployAct[] {
  const acts: DeployAct[] = commands
    .filter(({ command, remote }) => deployingCommand(command, remote))
    .map(({ command, remote }) => ({
      file,
      line: command.line,
      text: command.text,
      command,
      remote: remote || command.via.includes('ssh'),
    }));
  const { uses } = step;
  if (uses && deployingAction.test(uses.name) && acts.length === 0)
    acts.push({ file, line: uses.line, text: uses.name });
  return acts;
}
