import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import type { CommandOutcome } from '../hosts/host.ts';
import { lastWords } from '../hosts/run-checked.ts';
import { runProcess } from '../hosts/run-process.ts';
import type { SmokeReport } from '../smoke/index.ts';
import { type ReleaseSource, releaseChecks } from './release-checks.ts';
import { releaseSteps } from './release-steps.ts';

export interface ReleaseOptions {
  /** Folder of the repository. */
  readonly folder: string;
  /** Where the image goes, without a tag: ghcr.io/you/parstock. */
  readonly repository: string;
  /** Image that it is built on; default: the Dockerfile's. */
  readonly base?: string;
  /** Folder for the SBOM. */
  readonly output: string;
  /** Runs the image and uses it, before it is pushed. */
  readonly smoke: boolean;
  readonly push: boolean;
  /** Checks, and says what would be done. */
  readonly dryRun: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
}

export interface ReleaseReport {
  readonly version: string;
  readonly tag: string;
  readonly revision: string;
  /** Repository and tag. */
  readonly image: string;
  /** Repository and digest: what is deployed. Null where nothing was pushed. */
  readonly reference: string | null;
  readonly digest: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Path of the software bill of materials (CycloneDX). */
  readonly sbom: string | null;
  readonly smoke: SmokeReport | null;
  readonly dryRun: boolean;
  readonly steps: readonly { readonly name: string; readonly milliseconds: number }[];
  /** Commands, as words, that a dry run has not run. */
  readonly commands: readonly (readonly string[])[];
}

/** What the steps of a release hand on. */
export interface ReleaseWork {
  readonly options: ReleaseOptions;
  readonly source: ReleaseSource;
  readonly revision: string;
  readonly image: string;
  /** The tagged commit's files, and nothing that lies about beside them. */
  readonly context: string;
  /** Runs a command that must succeed; in a dry run only notes it. */
  readonly run: (
    words: readonly string[],
    options: { doing: string; input?: string; cwd?: string; timeoutSeconds?: number },
  ) => Promise<CommandOutcome>;
  labels: Record<string, string>;
  digest: string | null;
  sbom: string | null;
  smoke: SmokeReport | null;
}

/** Makes a release of the tagged commit: checks, image, labels, bill of materials, smoke test, push. */
export async function release(options: ReleaseOptions): Promise<ReleaseReport> {
  const source = sourceOf(options);
  const revision = await check(source, options);
  const context = mkdtempSync(join(tmpdir(), 'parstock-release-'));
  const commands: (readonly string[])[] = [];
  const { version, tag } = source;
  const image = `${options.repository}:${version}`;
  const run = runner({ options, commands, context });
  const nothing = { labels: {}, digest: null, sbom: null, smoke: null };
  const work: ReleaseWork = { options, source, revision, image, context, run, ...nothing };
  const steps: { name: string; milliseconds: number }[] = [];
  try {
    for (const step of releaseSteps) {
      if (!step.wanted(options)) continue;
      const began = performance.now();
      const note = await step.run(work);
      const milliseconds = Math.round(performance.now() - began);
      steps.push({ name: step.name, milliseconds });
      options.say(`${step.name.padEnd(8)} ${`${milliseconds} ms`.padStart(9)}  ${note}`);
    }
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
  const { digest, labels, sbom, smoke } = work;
  const reference = digest && `${options.repository}@${digest}`;
  const { dryRun } = options;
  const done = { labels, sbom, smoke, dryRun, steps, commands };
  return { version, tag, revision, image, reference, digest, ...done };
}

function sourceOf({ folder, env }: ReleaseOptions): ReleaseSource {
  const path = resolve(folder);
  let version: unknown;
  try {
    ({ version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
      version?: unknown;
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Refusal('release_not_ready', {
      where: join(path, 'package.json'),
      found: code ?? message,
      wanted: 'a package.json',
    });
  }
  if (typeof version !== 'string')
    throw new Refusal('release_not_ready', { where: path, found: 'no version in package.json' });
  const git = (...words: string[]) =>
    runProcess(['git', '-C', path, ...words], { env: env as NodeJS.ProcessEnv });
  return { folder: path, version, tag: `v${version}`, git };
}

/** Refuses with everything that is wrong at once; gives the commit. */
async function check(source: ReleaseSource, { say }: ReleaseOptions): Promise<string> {
  const wrong: string[] = [];
  for (const { name, title, run } of releaseChecks) {
    const complaint = await run(source);
    if (complaint) wrong.push(`${name}: found ${complaint.found}, wanted ${complaint.wanted}`);
    else say(`check    ${name}: ${title}`);
  }
  if (wrong.length > 0)
    throw new Refusal('release_not_ready', { where: source.folder, found: wrong });
  const { stdout } = await source.git('rev-parse', `${source.tag}^{commit}`);
  return stdout.trim();
}

function runner(about: {
  options: ReleaseOptions;
  commands: (readonly string[])[];
  context: string;
}): ReleaseWork['run'] {
  const { options, commands, context } = about;
  return async (words, { doing, ...given }) => {
    if (options.dryRun) {
      // The folder is another one each time.
      commands.push(words.map((word) => word.replace(context, '<tagged files>')));
      return { code: 0, stdout: '', stderr: '' };
    }
    const env = options.env as NodeJS.ProcessEnv;
    const outcome = await runProcess(words, { env, ...given });
    if (outcome.code === 0) return outcome;
    const found = lastWords(outcome) || `exit code ${outcome.code}`;
    throw new Refusal('release_failed', { where: doing, found });
  };
}
