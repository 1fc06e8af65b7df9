import type { Kind } from '../journal/entry.ts';
import { gate, gateInTurns, smoke, watch } from './checking.ts';
import { copyBefore, copyRest, makeVolume } from './data.ts';
import type { Step } from './deploy.ts';
import { backup, pull } from './image.ts';
import { preflight, proxy } from './preflight.ts';
import { record } from './record.ts';
import { pause, resume, retire, stopOld, switchOver, switchWhilePaused } from './routing.ts';
import { create, keep, ready, start } from './server.ts';

/**
 * The steps of a deploy, a rollback or the return from a failed one, in order; what is cleaned up at the
 * end is handed in.
 */
export function planOf(
  { mode, kind }: { mode: 'embedded' | 'external'; kind: Kind },
  closing: readonly Step[],
): readonly Step[] {
  const steps = mode === 'external' ? external() : embedded();
  const last = [retire, record, ...closing];
  return [...steps.filter(({ name }) => !NEEDLESS[kind].has(name)), ...last];
}

/** What served before needs fewer proofs; what served a moment ago only its place back, on the data as they are. */
const NEEDLESS: Record<Kind, ReadonlySet<string>> = {
  deploy: new Set(),
  rollback: new Set(['backup', 'measure', 'gate']),
  return: new Set([
    ...['preflight', 'proxy', 'pull', 'backup', 'measure', 'volume', 'ahead', 'copy'],
    ...['smoke', 'gate', 'watch'],
  ]),
};

function external(): Step[] {
  return [
    ...[preflight, proxy, pull, backup, create, start, ready, smoke, gate, switchOver, watch],
    keep,
  ];
}

/** Before the pause stands all that can be done while nobody waits. */
function embedded(): Step[] {
  const { before, after } = gateInTurns();
  return [
    ...[preflight, proxy, pull, backup, before, makeVolume, copyBefore, create],
    ...[pause, stopOld, copyRest, start, ready, switchWhilePaused, resume],
    // The old version stays down from here on: after a power cut this one must come back.
    ...[keep, smoke, after, watch],
  ];
}
