import type { DeployRecord } from '../../contract/index.ts';
import { recordDeploys } from '../history/index.ts';
import type { DeployStory, StepEntry } from '../journal/entry.ts';
import { readJournal } from '../journal/journal.ts';
import type { Deploy, Site, Step } from './deploy.ts';
import { DEPLOY_KEY } from './deploy-key.ts';

/** Tells the product itself what was deployed: its page of deploys shows it. */
export const record: Step = {
  name: 'record',
  title: 'Record it in the product',
  optional: true,
  do: async (site, deploy) => {
    await tellProduct(site, { deploy, state: 'succeeded', container: site.facts.container });
    return undefined;
  },
};

/** Sends the story of a deploy to the version that serves. Sent twice, it is kept once. */
export async function tellProduct(
  site: Site,
  options: { deploy: Deploy; state: DeployRecord['state']; container: string },
): Promise<void> {
  const { deploy, state, container } = options;
  const { folder, secrets } = site.destination;
  const stories = await readJournal(site.host, folder);
  const story = stories.find(({ id }) => id === deploy.id);
  if (!story) return;
  const url = await site.reach(container);
  const apiKey = secrets.get(DEPLOY_KEY);
  const current = recordOf(story, { site, deploy, state });
  const earlier = stories.flatMap((one) =>
    one.id === deploy.id || one.outcome === null
      ? []
      : [recordOf(one, { site, state: OUTCOMES[one.outcome] })],
  );
  const signal = AbortSignal.timeout(10_000);
  await recordDeploys({ url, apiKey, signal }, { current, earlier });
}

const OUTCOMES = { done: 'succeeded', undone: 'undone', stuck: 'stuck' } as const;

function recordOf(
  story: DeployStory,
  { site, deploy, state }: { site: Site; deploy?: Deploy; state: DeployRecord['state'] },
): DeployRecord {
  const { plan, steps } = story;
  return {
    id: story.id,
    kind: plan.kind === 'deploy' ? 'deploy' : 'rollback',
    destination: site.destination.name,
    state,
    version: plan.version,
    image: plan.image,
    digest: plan.digest,
    previousDigest: plan.facts.previous?.digest ?? null,
    by: plan.by,
    approvedBy: deploy?.approvedBy ?? null,
    startedAt: plan.at,
    finishedAt: steps.at(-1)?.at ?? plan.at,
    reason: steps.find(({ event }) => event === 'failed')?.note?.slice(0, 2000) ?? null,
    steps: stepsOf(steps),
    smoke: (deploy?.reports.get('smoke') as DeployRecord['smoke']) ?? null,
    gate: (deploy?.reports.get('gate') as DeployRecord['gate']) ?? null,
  };
}

function stepsOf(entries: readonly StepEntry[]): DeployRecord['steps'] {
  const names = [...new Set(entries.map(({ step }) => step))];
  return names.flatMap((name) => {
    const mine = entries.filter(({ step }) => step === name);
    const end = mine.find(({ event }) => event === 'done' || event === 'failed');
    if (!end) return [];
    const undone = mine.some(({ event }) => event === 'undone');
    const state = end.event === 'failed' ? 'failed' : undone ? 'undone' : 'done';
    const note = end.note?.slice(0, 500) ?? null;
    return [{ name, state, milliseconds: end.milliseconds ?? 0, note }];
  });
}
