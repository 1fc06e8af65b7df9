import { listVolumes } from '../commands/docker.ts';
import { readNames } from '../commands/docker-output.ts';
import { SERVICE_LABEL } from '../configuration/names.ts';
import type { Host } from '../hosts/host.ts';
import { lastWords } from '../hosts/run-checked.ts';
import { readJournal } from '../journal/journal.ts';
import type { Destination } from '../steps/deploy.ts';
import { readHostState } from '../steps/serving.ts';
import { type PruneItem, planPrune } from './plan-prune.ts';
import {
  listFolders,
  listImages,
  listUsedImages,
  measureDisk,
  readDigests,
  readSizes,
  readUsedDigests,
  removal,
} from './prune-commands.ts';

export interface PruneOptions {
  readonly dryRun: boolean;
  /** Ask the engine for sizes, which takes it a while. */
  readonly measure: boolean;
  /** The deploy at whose end this happens: it has done all that counts. */
  readonly current?: string;
  /** Runs a command that removes something; by default without a lease. */
  readonly act?: Host['run'];
}

export interface PrunedItem extends PruneItem {
  /** Null where sizes were not asked for. */
  readonly bytes: number | null;
  /** Why it is still there; null where it is gone, or would be. */
  readonly left: string | null;
}

export interface PruneReport {
  readonly host: string;
  readonly dryRun: boolean;
  readonly items: readonly PrunedItem[];
}

/** Removes from one host what a destination no longer needs, one thing by name after the other. */
export async function prune(
  host: Host,
  { destination, ...options }: PruneOptions & { destination: Destination },
): Promise<PruneReport> {
  const { dryRun, measure, current, act = host.run } = options;
  const facts = await readFacts(host, destination);
  const stories = facts.stories.map((story) =>
    story.id === current ? { ...story, outcome: 'done' as const } : story,
  );
  const plan = planPrune({ ...facts, stories });
  // An image's own size: what it shares with others stays.
  const sizes =
    measure && plan.length > 0 ? readSizes((await host.run(measureDisk())).stdout) : null;
  const items: PrunedItem[] = [];
  for (const item of plan) {
    const bytes = sizes && (sizes.get(item.name) ?? 0);
    if (dryRun) {
      items.push({ ...item, bytes, left: null });
      continue;
    }
    const outcome = await act(removal(item), { timeoutSeconds: 120 });
    items.push({ ...item, bytes, left: outcome.code === 0 ? null : lastWords(outcome) });
  }
  return { host: host.name, dryRun, items };
}

async function readFacts(host: Host, destination: Destination) {
  const { image: repository, service, folder, settings } = destination;
  const ask = async (words: readonly string[]) => {
    const { code, stdout } = await host.run(words);
    return code === 0 ? stdout : '';
  };
  const [state, volumes, others, stories, images, used] = await Promise.all([
    readHostState(host, destination),
    ask(listVolumes(`${SERVICE_LABEL}=${service}`)),
    readOthers(host, { folder, service }),
    readJournal(host, folder),
    ask(listImages(repository)),
    ask(listUsedImages()),
  ]);
  return {
    repository,
    keep: settings.keep,
    stories,
    others,
    containers: state.containers,
    serving: state.serving?.name,
    volumes: readNames(volumes).filter((name) => isData(name, destination)),
    imageDigests: readDigests(images),
    usedDigests: readUsedDigests(used, repository),
  };
}

/** A copy of the data is named after its deploy; cache and backups, with the same label, are not. */
function isData(name: string, { service, settings }: Destination): boolean {
  return name.startsWith(`${settings.volumes.data ?? `${service}-data`}-`);
}

/** An image may be shared with another destination on the same host, which can go back to it. */
async function readOthers(host: Host, { folder, service }: { folder: string; service: string }) {
  const parent = folder.slice(0, folder.lastIndexOf('/'));
  const { stdout } = await host.run(listFolders(parent));
  const names = stdout.split('\n').filter((name) => name !== '' && name !== service);
  return Promise.all(names.map((name) => readJournal(host, `${parent}/${name}`)));
}
