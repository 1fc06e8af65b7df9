import { inspectModel } from './find-model.ts';
import type { PinnedModel } from './pinned-models.ts';

/** How a model is, for a list. */
export interface ModelReport {
  readonly name: string;
  readonly installed: boolean;
  /** Of all its files; what it would take where it is not installed, if that is known. */
  readonly bytes: number | null;
  readonly licence: string;
  readonly revision: string;
  /** Where the checksums come from that the files were held to; null while it is absent. */
  readonly trust: 'pinned' | 'first download' | 'import' | null;
}

const WORDS = { pinned: 'pinned', hub: 'first download', import: 'import' } as const;

/** What the list says of a model before anybody looked. */
export function absentModel({ name, licence, revision, files }: PinnedModel): ModelReport {
  const sizes = files.map(({ bytes }) => bytes ?? 0);
  const bytes = sizes.reduce((sum, one) => sum + one, 0) || null;
  return { name, installed: false, bytes, licence, revision, trust: null };
}

/** What lies in the cache of a model. */
export async function describeModel(cacheDir: string, model: PinnedModel): Promise<ModelReport> {
  const record = await inspectModel(cacheDir, model);
  if (!record) return absentModel(model);
  const bytes = record.files.reduce((sum, file) => sum + file.bytes, 0);
  // The least certain of its files decides.
  const origins = record.files.map(({ origin }) => origin);
  const origin = (['hub', 'import'] as const).find((one) => origins.includes(one)) ?? 'pinned';
  return { ...absentModel(model), installed: true, bytes, trust: WORDS[origin] };
}
