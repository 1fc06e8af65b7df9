import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';

/** One step of the start-up: what it is called, how long it may take, what it does. */
export interface StartupStep<Parts> {
  readonly name: string;
  /** A function where it depends on how much there is to do. */
  readonly deadlineSeconds: number | ((parts: Parts) => Promise<number>);
  /** Puts what later steps need into `parts`; the text is a note for /status. */
  readonly run: (parts: Parts) => Promise<string | null>;
  /** May be begun again, where the database has no connection left for the moment. */
  readonly repeatable?: true;
}

export interface StepReport {
  readonly name: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  deadlineSeconds: number | null;
  milliseconds: number | null;
  note: string | null;
}

export interface StepLog {
  info(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Runs the steps in order, timing each; `reports` can be watched meanwhile. */
export async function runSteps<Parts>(
  steps: readonly StartupStep<Parts>[],
  options: { parts: Parts; log: StepLog; reports: StepReport[]; signal?: AbortSignal | undefined },
): Promise<void> {
  const { parts, log, reports, signal } = options;
  const pending = steps.map(({ name }) => waiting(name));
  reports.push(...pending);
  for (const [i, step] of steps.entries()) {
    // Whoever is told to stop begins nothing new; a step under way leaves nothing half-started.
    signal?.throwIfAborted();
    const report = pending[i] as StepReport;
    const startedAt = performance.now();
    report.state = 'running';
    try {
      report.deadlineSeconds = await deadlineOf(step, parts);
      report.note = await beforeDeadline(step, { parts, deadlineSeconds: report.deadlineSeconds });
      report.state = 'done';
    } catch (error) {
      report.state = 'failed';
      report.note = (error as Error).message;
      throw error;
    } finally {
      report.milliseconds = Math.round(performance.now() - startedAt);
      const { state, milliseconds, note } = report;
      const write = state === 'done' ? log.info : log.error;
      write.call(log, { step: step.name, milliseconds, note }, `start-up step ${state}`);
    }
  }
}

function waiting(name: string): StepReport {
  return { name, state: 'waiting', deadlineSeconds: null, milliseconds: null, note: null };
}

async function deadlineOf<Parts>(
  { deadlineSeconds }: StartupStep<Parts>,
  parts: Parts,
): Promise<number> {
  return typeof deadlineSeconds === 'number' ? deadlineSeconds : deadlineSeconds(parts);
}

async function beforeDeadline<Parts>(
  step: StartupStep<Parts>,
  { parts, deadlineSeconds }: { parts: Parts; deadlineSeconds: number },
): Promise<string | null> {
  const late = Promise.withResolvers<never>();
  const over = new AbortController();
  const details = { step: step.name, waitedSeconds: deadlineSeconds };
  const timer = setTimeout(
    () => late.reject(new Refusal('startup_too_slow', details)),
    deadlineSeconds * 1000,
  );
  try {
    return await Promise.race([whileCrowded(step, { parts, over: over.signal }), late.promise]);
  } finally {
    over.abort();
    clearTimeout(timer);
  }
}

/** PostgreSQL has all its connections in use: other replicas are starting too, and soon let some go. */
const NO_CONNECTION_LEFT = '53300';
const LONGEST_PAUSE_MS = 5_000;

async function whileCrowded<Parts>(
  step: StartupStep<Parts>,
  { parts, over }: { parts: Parts; over: AbortSignal },
): Promise<string | null> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await step.run(parts);
    } catch (error) {
      const crowded = (error as { code?: string }).code === NO_CONNECTION_LEFT;
      if (!crowded || !step.repeatable) throw error;
      const pause = Math.min(200 * 2 ** attempt, LONGEST_PAUSE_MS);
      // Half of the pause is chance, so that replicas do not knock in step.
      await sleep(pause * (0.5 + Math.random() / 2));
      if (over.aborted) throw error;
    }
  }
}
