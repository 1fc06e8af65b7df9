import { z } from 'zod';

/*
 * The journal: one JSON object a line, appended and synced on the host before and after each step. What
 * serves is never read from it; it tells the next run what was begun and how to take it back.
 */

const served = z.object({
  container: z.string(),
  digest: z.string(),
  version: z.string(),
  volume: z.string().nullable(),
});

/** What a step needs to be undone, all of it decided before the first step. */
export const siteFactsSchema = z.object({
  /** What served before; null at the first deploy. */
  previous: served.nullable(),
  /** The container of this deploy. */
  container: z.string(),
  /** A stopped container of the same version and settings that is started again. */
  warm: z.boolean(),
  /** Volume of the embedded database that this deploy works on. */
  volume: z.string().nullable(),
});

const contractSchema = z.object({
  version: z.string(),
  schema: z.string(),
  minReader: z.string(),
  minUpgradeFrom: z.string(),
});

export const kinds = ['deploy', 'rollback', 'return'] as const;

const planSchema = z.object({
  event: z.literal('plan'),
  kind: z.enum(kinds),
  mode: z.enum(['embedded', 'external']),
  image: z.string(),
  digest: z.string(),
  version: z.string(),
  by: z.string(),
  wayBack: z.string(),
  contract: contractSchema.nullable(),
  facts: siteFactsSchema,
});

const stepSchema = z.object({
  event: z.enum(['begun', 'done', 'failed', 'undone', 'undo-failed']),
  step: z.string(),
  milliseconds: z.number().optional(),
  /** Why it failed, or what it found, in words. */
  note: z.string().optional(),
});

const finishedSchema = z.object({
  event: z.literal('finished'),
  outcome: z.enum(['done', 'undone', 'stuck']),
  note: z.string().optional(),
});

const about = { deploy: z.string(), token: z.string(), at: z.string() };

export const entrySchema = z.union([
  planSchema.extend(about),
  stepSchema.extend(about),
  finishedSchema.extend(about),
]);

export type SiteFacts = z.infer<typeof siteFactsSchema>;
export type Kind = (typeof kinds)[number];
export type JournalEntry = z.infer<typeof entrySchema>;
export type PlanEntry = Extract<JournalEntry, { event: 'plan' }>;
export type StepEntry = Extract<JournalEntry, { step: string }>;
type Unsigned<T> = T extends unknown ? Omit<T, 'deploy' | 'token' | 'at'> : never;
/** An entry before the journal adds which deploy, under which lease, and when. */
export type EntryBody = Unsigned<JournalEntry>;

/** One deploy as the journal tells it. */
export interface DeployStory {
  readonly id: string;
  readonly plan: PlanEntry;
  readonly steps: readonly StepEntry[];
  readonly outcome: 'done' | 'undone' | 'stuck' | null;
  readonly note: string | undefined;
  readonly finishedAt: string | null;
}

/** Reads a journal, oldest deploy first. A line that was cut by a full disk or a crash says nothing. */
export function readStories(text: string): DeployStory[] {
  const stories = new Map<string, DeployStory & { steps: StepEntry[] }>();
  for (const line of text.split('\n')) {
    const entry = readEntry(line);
    if (!entry) continue;
    const story = stories.get(entry.deploy);
    if (entry.event === 'plan') {
      const blank = { steps: [], outcome: null, note: undefined, finishedAt: null };
      stories.set(entry.deploy, { id: entry.deploy, plan: entry, ...blank });
    } else if (story && entry.event === 'finished') {
      const { outcome, note, at } = entry;
      stories.set(entry.deploy, { ...story, outcome, note, finishedAt: at });
    } else if (story && 'step' in entry) story.steps.push(entry);
  }
  return [...stories.values()];
}

function readEntry(line: string): JournalEntry | undefined {
  if (line.trim() === '') return undefined;
  try {
    return entrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
