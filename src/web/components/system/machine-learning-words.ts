import { instant } from '../../format/date.ts';
import { decimal } from '../../format/number.ts';
import type { Tone } from '../../format/words.ts';
import type { MachineLearning } from '../../queries/status.ts';

const states: Record<MachineLearning['state'], readonly [string, Tone]> = {
  off: ['Switched off', 'plain'],
  absent: ['Not there yet', 'plain'],
  waiting: ['Waiting', 'accent'],
  installing: ['Installing', 'accent'],
  verifying: ['Checking', 'accent'],
  ready: ['Ready', 'plain'],
  failed: ['Failed', 'warn'],
};

export const machineLearningState = (state: MachineLearning['state']) => states[state];

/** "34.6 MB", "1.2 GB": as storage is sold, in powers of ten. */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${decimal(bytes / 1e9, 1)} GB`;
  return bytes >= 1e8 ? `${decimal(bytes / 1e6)} MB` : `${decimal(bytes / 1e6, 1)} MB`;
}

/** A checkpoint of one's own is called as its repository is. */
export const shownModel = (name: string) => name.replace('--', '/');

/** How far it has come, in words beside the bar; null where nothing is on its way. */
export function progressWords({ phase, bytes }: MachineLearning): string | null {
  if (!phase) return null;
  const what = phase === 'runtime' ? 'ONNX Runtime' : shownModel(phase);
  if (!bytes) return what;
  // What npm will write is only about known.
  const total = phase === 'runtime' ? `about ${size(bytes.total)}` : size(bytes.total);
  return `${what}: ${size(bytes.done)} of ${total}`;
}

/** When it is tried again, after how many failures. */
export function retryWords({ nextTryAt, failures }: MachineLearning): string | null {
  if (!nextTryAt) return null;
  const so = failures > 1 ? ` It has failed ${decimal(failures)} times.` : '';
  return `The next try is at ${instant(nextTryAt)}.${so}`;
}

/** Where the checksums of a model come from. */
export function trustWords(trust: MachineLearning['models'][number]['trust']): string {
  if (trust === 'pinned') return 'Checksums of this program';
  if (trust === 'first download') return 'Checksums of the hub, at the first download';
  return trust === 'import' ? 'Brought by hand' : '–';
}
