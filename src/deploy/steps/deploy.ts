import type { Deployment, DestinationSettings } from '../configuration/schema.ts';
import type { Secrets } from '../configuration/secrets.ts';
import type { CommandOptions, CommandOutcome, Host } from '../hosts/host.ts';
import type { Kind, SiteFacts } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { ImageContract, SchemaWay } from '../schema-way.ts';
import type { Checks } from './checks.ts';

/** What everybody who works on a destination needs to know of it. */
export interface Destination {
  readonly name: string;
  readonly service: string;
  readonly folder: string;
  readonly image: string;
  readonly registry: Deployment['registry'];
  readonly settings: DestinationSettings;
  readonly secrets: Secrets;
  readonly registryPassword: string | undefined;
}

/** One host in the middle of a deploy. */
export interface Site {
  readonly host: Host;
  readonly destination: Destination;
  readonly journal: Journal;
  readonly facts: SiteFacts;
  /** Runs a command that changes something, and must succeed. */
  act(words: readonly string[], options: ActOptions): Promise<CommandOutcome>;
  /** Runs a command that only looks. */
  look(words: readonly string[], options?: CommandOptions): Promise<CommandOutcome>;
  /** Address on this machine that leads to a container's private port on the host. */
  reach(container: string): Promise<string>;
}

export interface ActOptions extends CommandOptions {
  readonly doing: string;
}

/** What is being done, the same on every host. */
export interface Deploy {
  readonly id: string;
  readonly kind: Kind;
  readonly digest: string;
  readonly version: string;
  /** Reference by digest: what is pulled and run. */
  readonly reference: string;
  readonly contract: ImageContract | null;
  readonly way: SchemaWay;
  readonly by: string;
  readonly architectures: readonly string[];
  readonly checks: Checks;
  /** Who approved it; null where no approval is asked for. */
  readonly approvedBy: string | null;
  /** What the checks found in full, by step, for the record in the product. */
  readonly reports: Map<string, unknown>;
  readonly signal: AbortSignal;
  /** Said while a step is at work. */
  readonly say: (words: string) => void;
}

/** One step of a plan. All that `undo` needs is in the site's facts, which are known before the first step. */
export interface Step {
  readonly name: string;
  readonly title: string;
  /** Does it; what it gives is written into the journal, for a person. */
  do(site: Site, deploy: Deploy): Promise<string | undefined>;
  /** Takes it back, however far it came; doing so twice does no harm. */
  undo?(site: Site): Promise<void>;
  /** What a later run makes up for when the deployer died after the point of no return; may be done twice. */
  finish?(site: Site): Promise<void>;
  /** From the beginning of this step on there is no undoing, only going on. */
  readonly commits?: boolean;
  /** A failure is noted and does not fail the deploy. */
  readonly optional?: boolean;
}
