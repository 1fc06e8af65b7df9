import type { NormalisedSeries } from './instance-norm.ts';

/** Series cut into patches, aligned at their ends: what is missing at the start counts as unseen. */
export interface PatchBatch {
  readonly count: number;
  /** For each series and patch, the parts one after the other. */
  readonly patches: Float32Array;
  /** For each series and token: 1 where at least one value was seen, and for the tokens that follow. */
  readonly seen: Int32Array;
  readonly tokens: number;
}

export function patchesOf(length: number, patchSize: number): number {
  return Math.ceil(length / patchSize);
}

/**
 * Cuts normalised series into patches of [time encoding,] values and what of them was seen.
 * `extraTokens` follow the patches and are always seen; `timeScale`, where given, puts before the
 * values how far each one lies in the past.
 */
export function cutIntoPatches(
  batch: readonly NormalisedSeries[],
  options: { patchSize: number; extraTokens: number; timeScale?: number },
): PatchBatch {
  const { patchSize, extraTokens, timeScale } = options;
  const count = Math.max(1, ...batch.map((s) => patchesOf(s.values.length, patchSize)));
  const parts = timeScale === undefined ? 2 : 3;
  const tokens = count + extraTokens;
  const patches = new Float32Array(batch.length * count * parts * patchSize);
  const seen = new Int32Array(batch.length * tokens);
  for (const [row, { values }] of batch.entries()) {
    for (let token = count; token < tokens; token++) seen[row * tokens + token] = 1;
    const padding = count * patchSize - values.length;
    for (let at = 0; at < count * patchSize; at++) {
      const patch = Math.floor(at / patchSize);
      let place = ((row * count + patch) * parts - patch) * patchSize + at;
      if (timeScale !== undefined) {
        patches[place] = (at - count * patchSize) / timeScale;
        place += patchSize;
      }
      const value = at < padding ? Number.NaN : values[at - padding]!;
      if (Number.isNaN(value)) continue;
      patches[place] = value;
      patches[place + patchSize] = 1;
      seen[row * tokens + patch] = 1;
    }
  }
  return { count, patches, seen, tokens };
}
