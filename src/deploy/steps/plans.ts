import type { Kind } from '../journal/entry.ts';
import { gate, gateInTurns, smoke, watch } from './checking.ts';
import { copyData, makeVolume } from './data.ts';
import type { Step } from './deploy.ts';
import { backup, pull } from './image.ts';
import { preflight, proxy } from './preflight.ts';
import { record } from './record.ts';
import { pause, resume, retire, stopOld, switchOver, switchWhilePaused } from './routing.ts';
import { keep, ready, start } from './server.ts';

/**
 * The steps of a deploy, a rollback or the return from a failed one, in order; what is cleaned up at the
 * end is handed in.
 */
export function planOf(
  { mode, kind }: { mode: 'embedded' | 'external'; kind: Kind },
  closing: readonly Step[],
): readonly Step[] {
  const steps = mode === 'external' ? external() : embedded();
  const last = [keep, retire, record, ...closing];
  // What served a moment ago needs no proof, only its place back.
  const proofs = new Set(['backup', 'measure', 'gate', 'watch', 'smoke']);
  const needless = (name: string) =>
    kind === 'return'
      ? proofs.has(name)
      : kind === 'rollback' && ['backup', 'measure', 'gate'].includes(name);
  return [...steps.filter(({ name }) => !needless(name)), ...last];
}

function external(): Step[] {
  return [preflight, proxy, pull, backup, start, ready, smoke, gate, switchOver, watch];
}

function embedded(): Step[] {
  const { before, after } = gateInTurns();
  return [
    ...[preflight, proxy, pull, backup, before, makeVolume],
    ...[pause, stopOld, copyData, start, ready, switchWhilePaused, resume],
    ...[smoke, after, watch],
  ];
}
