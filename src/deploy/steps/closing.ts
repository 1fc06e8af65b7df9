import { pruneStep } from '../prune/prune-step.ts';
import type { Destination, Step } from './deploy.ts';

/** What is cleaned up at the end of a deploy; a failure there never fails it. */
export function closingSteps(_destination: Destination): readonly Step[] {
  return [pruneStep];
}
