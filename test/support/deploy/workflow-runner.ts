import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkflow, type Workflow, type WorkflowStep } from '../../../house/workflows.ts';

/** What GitHub knows when it runs a workflow, and this stand-in has to be told. */
export interface WorkflowRun {
  /** Folder that holds what the run leaves: workspace, temporary files. */
  readonly folder: string;
  /** Gives the job its files: what actions/checkout does. */
  readonly checkout: (workspace: string) => void;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly github: { readonly actor: string; readonly repository: string; readonly ref: string };
  readonly env: Readonly<Record<string, string>>;
  /** What the required reviewers of an environment say; environments without reviewers: yes. */
  readonly review?: (environment: string) => boolean;
}

export interface StepEnd {
  readonly job: string;
  readonly name: string;
  readonly code: number | null;
  readonly said: string;
}

export interface WorkflowEnd {
  readonly ok: boolean;
  /** Jobs that waited for reviewers who said no. */
  readonly refused: readonly string[];
  readonly steps: readonly StepEnd[];
  /** What the actions that are not executed here were given. */
  readonly actions: readonly { readonly uses: string; readonly with: Record<string, string> }[];
  readonly outputs: Readonly<Record<string, string>>;
}

type Values = Map<string, string>;

/**
 * Runs a workflow of this repository as GitHub would, as far as its `run` steps go: jobs in order, each
 * step in bash, with its environment, outputs and conditions. Of `uses` only the checkout does anything.
 */
export async function runWorkflow(name: string, run: WorkflowRun): Promise<WorkflowEnd> {
  const { workflow } = readWorkflow(name);
  const end = { ok: true, refused: [] as string[], steps: [] as StepEnd[] };
  const actions: { uses: string; with: Record<string, string> }[] = [];
  const outputs: Record<string, string> = {};
  const failed = new Set<string>();
  for (const [id, job] of Object.entries(workflow.jobs)) {
    if (job.needs && failed.has(job.needs)) {
      failed.add(id);
      continue;
    }
    if (job.environment && run.review && !run.review(job.environment)) {
      end.refused.push(id);
      failed.add(id);
      end.ok = false;
      continue;
    }
    const done = await runJob({ id, job, run, actions });
    end.steps.push(...done.steps);
    for (const [output, text] of Object.entries(job.outputs ?? {}))
      outputs[output] = evaluated(text, done.values);
    if (done.ok) continue;
    failed.add(id);
    end.ok = false;
  }
  return { ...end, actions, outputs };
}

interface JobRun {
  readonly id: string;
  readonly job: Workflow['jobs'][string];
  readonly run: WorkflowRun;
  readonly actions: { uses: string; with: Record<string, string> }[];
}

async function runJob({ id, job, run, actions }: JobRun) {
  mkdirSync(run.folder, { recursive: true });
  const place = mkdtempSync(join(run.folder, `${id}-`));
  const workspace = join(run.folder, 'workspace');
  const temporary = join(place, 'temp');
  mkdirSync(temporary);
  const values = valuesOf(run, temporary);
  const jobEnv = evaluatedAll(job.env ?? {}, values);
  for (const [name, value] of Object.entries(jobEnv)) values.set(`env.${name}`, value);
  const steps: StepEnd[] = [];
  const kept: Record<string, string> = {};
  let ok = true;
  for (const step of job.steps) {
    if (!ok && step.if !== 'always()') continue;
    if ('uses' in step) {
      if (step.uses.startsWith('actions/checkout@')) run.checkout(workspace);
      actions.push({ uses: step.uses, with: evaluatedAll(step.with ?? {}, values) });
      continue;
    }
    const env = { ...run.env, ...jobEnv, ...kept, ...evaluatedAll(step.env ?? {}, values) };
    const told = await runScript(step, { workspace, temporary, env, actor: run.github.actor });
    steps.push({ job: id, name: step.name ?? step.run, code: told.code, said: told.said });
    Object.assign(kept, told.environment);
    for (const [key, value] of Object.entries(told.outputs))
      values.set(`steps.${step.id}.outputs.${key}`, value);
    if (told.code !== 0) ok = false;
  }
  rmSync(place, { recursive: true, force: true });
  return { ok, steps, values };
}

function valuesOf({ inputs, secrets, vars, github }: WorkflowRun, temporary: string): Values {
  const all = { inputs, secrets, vars, github };
  const values = Object.entries(all).flatMap(([context, pairs]) =>
    Object.entries(pairs ?? {}).map(([name, value]) => [`${context}.${name}`, value] as const),
  );
  return new Map([...values, ['runner.temp', temporary]]);
}

const evaluatedAll = (texts: Readonly<Record<string, unknown>>, values: Values) =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, evaluated(String(text), values)]),
  );

/** `a || b`, each a name or format('…{0}…', name): all that these workflows use. */
function evaluated(text: string, values: Values): string {
  return text.replace(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => {
    for (const part of expression.split(' || ')) {
      const format = /^format\('([^']*)', ([\w.-]+)\)$/.exec(part);
      const value = format
        ? format[1]!.replace('{0}', values.get(format[2]!) ?? '')
        : values.get(part);
      if (value) return value;
    }
    return '';
  });
}

async function runScript(
  step: Extract<WorkflowStep, { run: string }>,
  given: { workspace: string; temporary: string; env: Record<string, string>; actor: string },
) {
  const { workspace, temporary, actor } = given;
  const files = ['script', 'output', 'environment'].map((name) => join(temporary, `_${name}`));
  const [script, output, environment] = files as [string, string, string];
  writeFileSync(script, step.run);
  for (const file of [output, environment]) writeFileSync(file, '');
  const env = {
    ...given.env,
    CI: 'true',
    GITHUB_ACTOR: actor,
    GITHUB_OUTPUT: output,
    GITHUB_ENV: environment,
    RUNNER_TEMP: temporary,
  };
  // As GitHub calls it where a step names no shell.
  const child = spawn('bash', ['-e', script], { cwd: workspace, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said += text;
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, said, outputs: pairsIn(output), environment: pairsIn(environment) };
}

function pairsIn(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}
