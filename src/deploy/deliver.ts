import { Refusal } from '../contract/errors.ts';
import { engineVersion } from './commands/docker.ts';
import { containerName, dataVolumeName } from './configuration/names.ts';
import { settingsKey } from './configuration/settings-key.ts';
import { converge } from './converge.ts';
import { knownContracts, readDatabaseState } from './database-state.ts';
import type { Host } from './hosts/host.ts';
import { runChecked } from './hosts/run-checked.ts';
import type { Kind, SiteFacts } from './journal/entry.ts';
import { readJournal } from './journal/journal.ts';
import type { LeaseOwner } from './journal/lease.ts';
import { type ImageContract, type SchemaWay, schemaWay } from './schema-way.ts';
import type { Checks } from './steps/checks.ts';
import type { Deploy, Destination, Site, Step } from './steps/deploy.ts';
import { inWords } from './steps/in-words.ts';
import { mayPass, persistently } from './steps/persistently.ts';
import { planOf } from './steps/plans.ts';
import { type PlanListener, type PlanOutcome, runPlan, writeAll } from './steps/run-plan.ts';
import { type HostState, previousOf, readHostState } from './steps/serving.ts';
import { openPaths, openSession, type Session } from './steps/session.ts';

/** The version that goes somewhere. */
export interface Target {
  readonly digest: string;
  readonly version: string;
  readonly contract: ImageContract | null;
  /** Empty where nobody knows, as after a rollback to an image that is on the host. */
  readonly architectures: readonly string[];
}

export interface DeliveryRequest {
  readonly destination: Destination;
  readonly hosts: readonly Host[];
  readonly kind: Exclude<Kind, 'return'>;
  readonly target: Target;
  readonly owner: LeaseOwner;
  readonly isDead: (owner: LeaseOwner) => boolean;
  readonly checks: Checks;
  readonly approvedBy: string | null;
  readonly closing: readonly Step[];
  readonly listener: PlanListener;
  /** A new deploy's id: sorts by time, unique. */
  readonly newId: () => string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly say: (words: string) => void;
  /** Deploys once more what serves already. */
  readonly again: boolean;
  /** Called with what the change means for the data, before anything is touched. */
  readonly announce: (way: SchemaWay) => void;
}

export interface Delivery {
  readonly outcome: 'done' | 'already' | 'undone' | 'stuck';
  readonly id: string;
  readonly digest: string;
  readonly version: string;
  readonly way: SchemaWay;
  readonly failure: { readonly step: string; readonly words: string } | null;
  readonly notes: readonly string[];
  /** Deploys of killed deployers that were brought to an end first. */
  readonly converged: readonly string[];
}

/** Takes a version to a destination: lease, convergence, plan, and what really serves at the end. */
export async function deliver(request: DeliveryRequest): Promise<Delivery> {
  const sessions: Session[] = [];
  try {
    // Always in the same order, so that two deployers cannot hold one host each.
    for (const host of request.hosts) sessions.push(await openSession({ ...request, host }));
    return await deliverTo(sessions, request);
  } finally {
    for (const session of sessions) await session.close().catch(() => undefined);
  }
}

async function deliverTo(
  sessions: readonly Session[],
  request: DeliveryRequest,
): Promise<Delivery> {
  const converged = await converge(sessions, request);
  const states = await readStates(sessions);
  const [{ host, reach }] = sessions as [Session];
  const { folder } = request.destination;
  const way = await judgeWay(
    { host, reach, folder },
    { state: states[0]!, target: request.target },
  );
  request.announce(way);
  const base = { ...request.target, way, converged, failure: null, notes: [] };
  if (!request.again && isThere(states, request))
    return { ...base, outcome: 'already', id: states[0]!.serving!.deployId };
  const deploy = deployOf(request, { kind: request.kind, target: request.target, way });
  const factsOn = states.map((state) => factsOf(state, { request, deploy }));
  const sites = await beginSites(sessions, { request, deploy, factsOn });
  const ended = await runPlan(plan(request, request.kind), { ...request, sites, deploy });
  const failure = ended.failure && {
    step: ended.failure.step,
    words: inWords(ended.failure.error, request.destination),
  };
  const outcome =
    ended.outcome === 'failed-after-commit'
      ? await comeBack({ sessions, sites, request, ended, way })
      : ended.outcome;
  return {
    ...base,
    outcome: await confirmed(sessions, { outcome, digest: request.target.digest }),
    id: deploy.id,
    failure: failure ?? null,
    notes: ended.notes,
  };
}

function plan({ destination, closing }: DeliveryRequest, kind: Kind) {
  return planOf({ mode: destination.settings.mode, kind }, closing);
}

async function readStates(sessions: readonly Session[]): Promise<HostState[]> {
  const states: HostState[] = [];
  for (const { host, destination } of sessions) states.push(await readHostState(host, destination));
  return states;
}

/** What a change of versions means for the data; refuses one that cannot run on them. */
async function judgeWay(
  where: { host: Host; folder: string; reach: (container: string) => Promise<string> },
  { state, target }: { state: HostState; target: Target },
): Promise<SchemaWay> {
  const { host, folder, reach } = where;
  const previous = previousOf(state);
  const unknown = 'the image carries no schema contract: nothing is known of a way back';
  if (target.contract === null) return { migrates: false, wayBack: true, words: unknown };
  const contracts = await knownContracts(host, folder);
  const database = previous ? await readDatabaseState(reach, { ...previous, contracts }) : null;
  return schemaWay({ from: previous?.version ?? null, to: target.contract, database });
}

function isThere(states: readonly HostState[], request: DeliveryRequest): boolean {
  const { target, destination } = request;
  return states.every(
    ({ serving, route }) =>
      serving?.running === true &&
      route?.state === 'running' &&
      serving.digest === target.digest &&
      serving.settings === settingsKey(destination.settings),
  );
}

function deployOf(
  request: DeliveryRequest,
  { kind, target, way }: { kind: Kind; target: Target; way: SchemaWay },
): Deploy {
  const { destination, owner, checks, signal, say } = request;
  const reference = `${destination.image}@${target.digest}`;
  const id = request.newId();
  const { approvedBy } = request;
  const reports = new Map<string, unknown>();
  const doing = { id, kind, reference, way, by: owner.who };
  return { ...target, ...doing, checks, signal, say, approvedBy, reports };
}

/** Writes the plan into every journal: all that undoing will need, before anything is done. */
async function beginSites(
  sessions: readonly Session[],
  options: { request: DeliveryRequest; deploy: Deploy; factsOn: readonly SiteFacts[] },
): Promise<Site[]> {
  const { request, deploy, factsOn } = options;
  const { kind, reference: image, digest, version, contract, by } = deploy;
  const { mode } = request.destination.settings;
  const wayBack = deploy.way.words;
  const sites: Site[] = [];
  for (const [i, session] of sessions.entries()) {
    const facts = factsOn[i]!;
    const site = session.siteOf({ id: deploy.id, facts, now: request.now });
    const about = { kind, mode, image, digest, version, by, wayBack, contract };
    await site.journal.write({ event: 'plan', ...about, facts });
    sites.push(site);
  }
  return sites;
}

function factsOf(
  state: HostState,
  { request, deploy }: { request: DeliveryRequest; deploy: Deploy },
): SiteFacts {
  const { name, settings } = request.destination;
  const previous = previousOf(state);
  const embedded = settings.mode === 'embedded';
  const warm = embedded
    ? undefined
    : state.containers.find(
        (one) =>
          !one.running &&
          one.name !== previous?.container &&
          one.digest === deploy.digest &&
          one.settings === settingsKey(settings),
      );
  const useWarm = deploy.kind === 'rollback' && warm !== undefined;
  return {
    previous,
    container: useWarm ? warm.name : containerName(name, deploy.id),
    warm: useWarm,
    volume: embedded ? dataVolumeName(name, { settings, deployId: deploy.id }) : null,
  };
}

/**
 * The embedded database has taken writes under the new version: its copy is outdated. The old version
 * comes back on the data as they are now, if the schema contract lets it.
 */
async function comeBack(context: {
  sessions: readonly Session[];
  sites: readonly Site[];
  request: DeliveryRequest;
  ended: PlanOutcome;
  way: SchemaWay;
}): Promise<'undone' | 'stuck'> {
  const { sessions, sites, request, ended, way } = context;
  const note = `${ended.failure?.step}: ${inWords(ended.failure?.error, request.destination)}`;
  const previous = sites[0]!.facts.previous;
  if (!way.wayBack || previous === null) {
    const kept = 'the new version keeps serving: there is no way back without losing data';
    await writeAll(sites, { event: 'finished', outcome: 'done', note: `${note}; ${kept}` });
    return 'stuck';
  }
  const target = { ...previous, contract: null, architectures: [] };
  const deploy = deployOf(
    { ...request, signal: new AbortController().signal },
    { kind: 'return', target, way },
  );
  await writeAll(sites, { event: 'finished', outcome: 'undone', note });
  if (mayPass(ended.failure?.error)) await untilEnginesAnswer(sites);
  // Nothing else is asked before requests are held: until then customers hear from a version that failed.
  const factsOn = sites.map(({ facts: { container, volume } }) => ({
    previous: { ...{ container, volume }, ...servedBy(request) },
    container: containerName(request.destination.name, deploy.id),
    warm: false,
    volume,
  }));
  const back = await beginSites(sessions, { request, deploy, factsOn });
  const returned = await runPlan(plan(request, 'return'), { ...request, sites: back, deploy });
  return returned.outcome === 'done' ? 'undone' : 'stuck';
}

/** A host that is being started again has its ssh server before its engine. */
async function untilEnginesAnswer(sites: readonly Site[]): Promise<void> {
  const doing = 'asking the engine';
  for (const { host } of sites)
    await persistently(() => runChecked(host, engineVersion(), { doing }), mayPass);
}

const servedBy = ({ target: { digest, version } }: DeliveryRequest) => ({ digest, version });

/** What was attempted counts for nothing: the proxy and the engine say what serves. */
async function confirmed(
  sessions: readonly Session[],
  expected: { outcome: 'done' | 'undone' | 'stuck'; digest: string },
): Promise<'done' | 'undone' | 'stuck'> {
  if (expected.outcome === 'stuck') return 'stuck';
  const states = await readStates(sessions);
  const serves = ({ serving, route }: HostState) =>
    serving?.running === true && route?.state === 'running';
  if (expected.outcome === 'done')
    return states.every((state) => serves(state) && state.serving?.digest === expected.digest)
      ? 'done'
      : 'stuck';
  // After a first deploy was undone, nothing serves, as before.
  return states.every((state) => serves(state) || state.route === undefined) ? 'undone' : 'stuck';
}

/** What a delivery would do, found out without changing anything. */
export interface PlannedDelivery {
  readonly digest: string;
  readonly version: string;
  readonly way: SchemaWay;
  readonly serving: { readonly version: string; readonly digest: string } | null;
  readonly steps: readonly { readonly name: string; readonly title: string }[];
  /** Deploys of killed deployers that would be brought to an end first. */
  readonly unfinished: readonly string[];
}

/** Looks at the first host and says what `deliver` would do. */
export async function planOn(
  host: Host,
  request: Pick<DeliveryRequest, 'destination' | 'kind' | 'target' | 'closing'>,
): Promise<PlannedDelivery> {
  const { destination, kind, target, closing } = request;
  const { folder, settings } = destination;
  const paths = openPaths(host);
  try {
    const state = await readHostState(host, destination);
    const way = await judgeWay({ host, folder, reach: paths.reach }, { state, target });
    const stories = await readJournal(host, folder);
    const { digest, version } = target;
    const serving = state.serving ?? null;
    return {
      digest,
      version,
      way,
      serving: serving && { version: serving.version, digest: serving.digest },
      steps: planOf({ mode: settings.mode, kind }, closing).map(({ name, title }) => ({
        name,
        title,
      })),
      unfinished: stories.filter(({ outcome }) => outcome === null).map(({ id }) => id),
    };
  } finally {
    await paths.close();
  }
}

/** Refuses with what a delivery came to, where that is not what was asked for. */
export function refuseUnlessDone(delivery: Delivery): void {
  const { outcome, failure, version, id } = delivery;
  if (outcome === 'done' || outcome === 'already') return;
  const details = { deploy: id, version, step: failure?.step, found: failure?.words };
  throw new Refusal(outcome === 'undone' ? 'deploy_undone' : 'deploy_stuck', details);
}
