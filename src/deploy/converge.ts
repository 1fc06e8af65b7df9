import { Refusal } from '../contract/errors.ts';
import type { DeployStory } from './journal/entry.ts';
import { readJournal } from './journal/journal.ts';
import type { Site, Step } from './steps/deploy.ts';
import { planOf } from './steps/plans.ts';
import { type PlanListener, undoAll, writeAll } from './steps/run-plan.ts';
import type { Session } from './steps/session.ts';

interface Unfinished {
  readonly session: Session;
  readonly story: DeployStory;
  /** The whole plan, and what of it was begun. */
  readonly steps: readonly Step[];
  readonly begun: readonly Step[];
}

/**
 * Brings a destination to one version after a deployer was killed: what was not committed is taken back
 * in reverse, what was is brought to its end. Undoing twice does no harm, so that this may be killed, too.
 * Gives the ids of the deploys that it ended.
 */
export async function converge(
  sessions: readonly Session[],
  options: { closing: readonly Step[]; now: () => Date; listener: Pick<PlanListener, 'undoing'> },
): Promise<string[]> {
  const unfinished: Unfinished[] = [];
  for (const session of sessions) {
    const stories = await readJournal(session.host, session.destination.folder);
    for (const story of stories)
      if (story.outcome === null || story.outcome === 'stuck')
        unfinished.push({ session, story, ...stepsOf(story, options.closing) });
  }
  const ids = [...new Set(unfinished.map(({ story }) => story.id))].sort().reverse();
  for (const id of ids) {
    const mine = unfinished.filter(({ story }) => story.id === id);
    await endStory(mine, options);
  }
  return ids;
}

function stepsOf(story: DeployStory, closing: readonly Step[]) {
  const names = new Set(story.steps.map(({ step }) => step));
  const { mode, kind } = story.plan;
  const steps = planOf({ mode, kind }, closing);
  return { steps, begun: steps.filter(({ name }) => names.has(name)) };
}

async function endStory(
  unfinished: readonly Unfinished[],
  options: { now: () => Date; listener: Pick<PlanListener, 'undoing'> },
): Promise<void> {
  const { now, listener } = options;
  // Steps go from host to host: if one host committed, all hosts had passed what came before.
  const committed = unfinished.some(({ begun }) => begun.some(({ commits }) => commits));
  const placed = unfinished.map((one) => ({
    ...one,
    site: one.session.siteOf({ id: one.story.id, facts: one.story.plan.facts, now }),
  }));
  const sites = placed.map(({ site }) => site);
  if (committed) {
    for (const { site, steps } of placed) for (const step of steps) await step.finish?.(site);
    await writeAll(sites, {
      event: 'finished',
      outcome: 'done',
      note: 'the deployer was killed after the point of no return; a later run brought it to its end',
    });
    return;
  }
  const steps = placed.flatMap(({ begun, site }) => begun.map((step) => ({ step, site })));
  const whole = await undoAll(inOrder(steps), listener);
  const note = 'the deployer was killed; a later run took its steps back';
  await writeAll(sites, { event: 'finished', outcome: whole ? 'undone' : 'stuck', note });
  if (!whole)
    throw new Refusal('deploy_stuck', {
      where: sites.map(({ host }) => host.name).join(', '),
      found: `steps of deploy ${unfinished[0]!.story.id} could not be taken back`,
    });
}

/** Steps as they ran: one step on every host, then the next. */
function inOrder(begun: readonly { step: Step; site: Site }[]) {
  const order = [...new Set(begun.map(({ step }) => step.name))];
  return [...begun].sort((a, b) => order.indexOf(a.step.name) - order.indexOf(b.step.name));
}
