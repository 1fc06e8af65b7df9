import { Refusal } from '../../contract/errors.ts';
import { waitForOthers } from '../commands/folder.ts';
import type { EntryBody } from '../journal/entry.ts';
import type { Deploy, Site, Step } from './deploy.ts';
import { inWords } from './in-words.ts';
import { mayPass, persistently } from './persistently.ts';

/** How a plan ended. */
export interface PlanOutcome {
  readonly outcome: 'done' | 'undone' | 'stuck' | 'failed-after-commit';
  /** The step that failed, and why. */
  readonly failure?: { readonly step: string; readonly error: unknown };
  /** Failures of optional steps. */
  readonly notes: readonly string[];
}

/** Hears of every step, for a progress view. */
export interface PlanListener {
  began(step: Step, host: string): void;
  ended(
    step: Step,
    result: { host: string; ok: boolean; milliseconds: number; note?: string | undefined },
  ): void;
  undoing(step: string, host: string): void;
}

interface Begun {
  readonly step: Step;
  readonly site: Site;
}

const OTHERS_SECONDS = 120;

/** Runs steps one after the other on every host; a failure takes back what came before, in reverse. */
export async function runPlan(
  steps: readonly Step[],
  options: { sites: readonly Site[]; deploy: Deploy; listener: PlanListener },
): Promise<PlanOutcome> {
  const { sites, deploy } = options;
  const begun: Begun[] = [];
  const notes: string[] = [];
  let committed = false;
  for (const step of steps) {
    for (const site of sites) {
      try {
        if (!committed) deploy.signal.throwIfAborted();
        begun.push({ step, site });
        committed ||= step.commits === true;
        await runStep({ step, site }, { ...options, committed });
      } catch (error) {
        if (isLost(error)) throw error;
        const note = inWords(error, site.destination);
        await persistently(() => site.journal.write({ event: 'failed', step: step.name, note }));
        if (step.optional) notes.push(`${step.title}: ${note}`);
        else return failed({ step: step.name, error }, { ...options, begun, notes, committed });
      }
    }
  }
  await writeAll(sites, { event: 'finished', outcome: 'done' });
  return { outcome: 'done', notes };
}

async function runStep(
  { step, site }: Begun,
  context: { deploy: Deploy; listener: PlanListener; committed: boolean },
): Promise<void> {
  const { deploy, listener, committed } = context;
  const host = site.host.name;
  listener.began(step, host);
  const start = performance.now();
  const took = () => Math.round(performance.now() - start);
  try {
    const begun = () => site.journal.write({ event: 'begun', step: step.name });
    // What cannot be taken back any more is worth waiting for a host that was started again.
    await (committed ? persistently(begun) : begun());
    const note = await step.do(site, deploy);
    const milliseconds = took();
    site.journal.note({ event: 'done', step: step.name, milliseconds, ...(note && { note }) });
    listener.ended(step, { host, ok: true, milliseconds, note });
  } catch (error) {
    const note = inWords(error, site.destination);
    listener.ended(step, { host, ok: false, milliseconds: took(), note });
    throw error;
  }
}

async function failed(
  failure: { step: string; error: unknown },
  context: {
    sites: readonly Site[];
    begun: readonly Begun[];
    notes: readonly string[];
    committed: boolean;
    listener: PlanListener;
  },
): Promise<PlanOutcome> {
  const { sites, begun, notes, committed, listener } = context;
  if (committed) return { outcome: 'failed-after-commit', failure, notes };
  const outcome = (await undoAll(begun, listener)) ? 'undone' : 'stuck';
  const words = inWords(failure.error, sites[0]!.destination);
  await writeAll(sites, { event: 'finished', outcome, note: `${failure.step}: ${words}` });
  return { outcome, failure, notes };
}

/** Takes steps back, the last one first; goes on after a failure, and says whether all went well. */
export async function undoAll(
  begun: readonly Begun[],
  listener: Pick<PlanListener, 'undoing'>,
): Promise<boolean> {
  let whole = true;
  // A command that was cut off with its connection may still be at work on the host.
  for (const site of new Set(begun.map((one) => one.site)))
    await persistently(() => site.look(waitForOthers(site.destination.folder, OTHERS_SECONDS)));
  for (const { step, site } of [...begun].reverse()) {
    if (!step.undo) continue;
    listener.undoing(step.title, site.host.name);
    try {
      await persistently(() => step.undo!(site), mayPass);
      await persistently(() => site.journal.write({ event: 'undone', step: step.name }));
    } catch (error) {
      if (isLost(error)) throw error;
      whole = false;
      const note = inWords(error, site.destination);
      await site.journal
        .write({ event: 'undo-failed', step: step.name, note })
        .catch(() => undefined);
    }
  }
  return whole;
}

/** Writes an entry on every host; one that cannot be reached any more keeps its unfinished story. */
export async function writeAll(sites: readonly Site[], entry: EntryBody): Promise<void> {
  for (const site of sites)
    await persistently(() => site.journal.write(entry)).catch((error) => {
      if (isLost(error)) throw error;
    });
}

/** Another deployer has taken over: nothing more may be done here, not even undone. */
function isLost(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'lease_lost';
}
