import { Refusal } from '../../contract/errors.ts';
import type { CheckAddress, CheckResult } from './checks.ts';
import type { Deploy, Site, Step } from './deploy.ts';
import { DEPLOY_KEY } from './deploy-key.ts';

async function addressOf(
  site: Site,
  { container, signal }: { container: string; signal: AbortSignal },
): Promise<CheckAddress> {
  return {
    url: await site.reach(container),
    apiKey: site.destination.secrets.get(DEPLOY_KEY),
    signal,
  };
}

function wordsOf(result: CheckResult, where: string): string {
  if (!result.ok) throw new Refusal('version_failed', { where, found: result.words });
  return result.words;
}

/** The product is used, not a port asked, while nobody else is on the new version. */
export const smoke: Step = {
  name: 'smoke',
  title: 'Smoke tests',
  do: async (site, { checks, signal, reports }) => {
    const address = await addressOf(site, { container: site.facts.container, signal });
    const result = await checks.smoke(address);
    reports.set('smoke', result.report);
    return wordsOf(result, `${site.host.name}, smoke tests`);
  },
};

/** The new version must not forecast this destination's own data worse than the one that serves. */
export const gate: Step = {
  name: 'gate',
  title: 'Accuracy gate',
  do: async (site, deploy) => {
    const { checks, signal } = deploy;
    const { previous, container } = site.facts;
    if (!site.destination.settings.gate.enabled) return 'switched off';
    if (previous === null) return 'nothing to compare with yet';
    const running = await addressOf(site, { container: previous.container, signal });
    const candidate = await addressOf(site, { container, signal });
    return judge(site, { deploy, candidate, running: await checks.measure(running) });
  },
};

/** What the version that serves now says of itself, for a while. */
export const watch: Step = {
  name: 'watch',
  title: 'Watch it serve',
  do: async (site, { checks, signal, say }) => {
    if (site.destination.settings.watch.seconds === 0) return 'switched off';
    const address = await addressOf(site, { container: site.facts.container, signal });
    return wordsOf(await checks.watch(address, say), `${site.host.name}, watch`);
  },
};

/** Embedded: the one version is measured before it stops, the other once it serves. */
export function gateInTurns(): { readonly before: Step; readonly after: Step } {
  const measured = new Map<Site, unknown>();
  return {
    before: {
      name: 'measure',
      title: 'Measure the accuracy of the old version',
      do: async (site, deploy) => {
        const { previous } = site.facts;
        if (!site.destination.settings.gate.enabled) return 'switched off';
        if (previous === null) return 'nothing to compare with yet';
        const { signal, checks } = deploy;
        const running = await addressOf(site, { container: previous.container, signal });
        measured.set(site, await checks.measure(running));
        return undefined;
      },
    },
    after: {
      name: 'gate',
      title: 'Accuracy gate',
      do: (site, deploy) => gateAfterwards(site, { deploy, running: measured.get(site) }),
    },
  };
}

async function gateAfterwards(
  site: Site,
  { deploy, running }: { deploy: Deploy; running: unknown },
): Promise<string | undefined> {
  if (running === undefined) return 'nothing to compare with';
  const { signal } = deploy;
  const candidate = await addressOf(site, { container: site.facts.container, signal });
  return judge(site, { deploy, candidate, running });
}

async function judge(
  site: Site,
  { deploy, candidate, running }: { deploy: Deploy; candidate: CheckAddress; running: unknown },
): Promise<string> {
  const result = await deploy.checks.gate(candidate, running);
  deploy.reports.set('gate', result.report);
  return wordsOf(result, `${site.host.name}, accuracy gate`);
}
