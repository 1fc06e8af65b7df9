import { Refusal } from '../../contract/errors.ts';

/** One step of the start-up: what it is called, how long it may take, what it does. */
export interface StartupStep<Parts> {
  readonly name: string;
  /** A function where it depends on how much there is to do. */
  readonly deadlineSeconds: number | ((parts: Parts) => Promise<number>);
  /** Puts what later steps need into `parts`; the text is a note for /status. */
  readonly run: (parts: Parts) => Promise<string | null>;
}

export interface StepReport {
  readonly name: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
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
  options: { parts: Parts; log: StepLog; reports: StepReport[] },
): Promise<void> {
  const { parts, log, reports } = options;
  const pending = steps.map(({ name }) => waiting(name));
  reports.push(...pending);
  for (const [i, step] of steps.entries()) {
    const report = pending[i] as StepReport;
    const startedAt = performance.now();
    report.state = 'running';
    try {
      report.note = await beforeDeadline(step, parts);
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
  return { name, state: 'waiting', milliseconds: null, note: null };
}

async function beforeDeadline<Parts>(
  step: StartupStep<Parts>,
  parts: Parts,
): Promise<string | null> {
  const late = Promise.withResolvers<never>();
  const { name, deadlineSeconds: wanted } = step;
  const waitedSeconds = typeof wanted === 'number' ? wanted : await wanted(parts);
  const timer = setTimeout(
    () => late.reject(new Refusal('startup_too_slow', { step: name, waitedSeconds })),
    waitedSeconds * 1000,
  );
  try {
    return await Promise.race([step.run(parts), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
