/** How long a delivery may take: a mean and a standard deviation become likely days. */

import { incompleteGamma } from '../forecast/index.ts';
import { PlanningRefusal, requireNumber } from './refusal.ts';
import type { LeadTimeAtom, SupplyTerms } from './types.ts';

/**
 * Below this, three days tell the whole of it; a gamma cut into days would distort its variance.
 */
const NARROW_SD_DAYS = 0.7;
/** Wide distributions are cut into steps of several days, so that a trace stays readable. */
const STEPS_PER_SIX_SD = 8;
const NEGLIGIBLE = 1e-4;

/**
 * The possible lead times of the terms with their probabilities.
 *
 * A learned distribution is taken as it is. Else a gamma with the given mean and standard
 * deviation, cut into whole steps around the mean; with no deviation, the mean alone.
 *
 * `terms.leadTimeDays` ≥ 0 · `terms.leadTimeSdDays` days, ≥ 0 · returns atoms, days ascending,
 * probabilities summing to 1 · refuses bad_number
 * source gamma lead times: Burgin (1975), Operational Research Quarterly 26(3), 507–525,
 * doi:10.1057/jors.1975.110; variance corrected for the step width by Sheppard, w²/12
 */
export function leadTimeAtoms(terms: SupplyTerms): readonly LeadTimeAtom[] {
  if (terms.leadTimeDistribution != null) return normalised(terms.leadTimeDistribution);
  const mean = terms.leadTimeDays;
  const sd = terms.leadTimeSdDays ?? 0;
  requireNumber('terms.leadTimeDays', mean);
  requireNumber('terms.leadTimeSdDays', sd);
  if (sd === 0 || mean === 0) return [{ days: mean, probability: 1 }];
  if (sd < NARROW_SD_DAYS && mean >= 1) {
    const side = (sd * sd) / 2;
    return [
      { days: mean - 1, probability: side },
      { days: mean, probability: 1 - 2 * side },
      { days: mean + 1, probability: side },
    ];
  }
  return gammaSteps(mean, sd);
}

/** Mean and standard deviation of a lead-time distribution, days. */
export function leadTimeMoments(atoms: readonly LeadTimeAtom[]): { mean: number; sd: number } {
  let [mean, square] = [0, 0];
  for (const { days, probability } of atoms) {
    mean += probability * days;
    square += probability * days * days;
  }
  return { mean, sd: Math.sqrt(Math.max(0, square - mean * mean)) };
}

function gammaSteps(mean: number, sd: number): LeadTimeAtom[] {
  const width = Math.max(1, Math.round((6 * sd) / STEPS_PER_SIX_SD));
  const variance = Math.max(sd * sd - (width * width) / 12, 0.01);
  const [shape, scale] = [(mean * mean) / variance, variance / mean];
  const lowest = mean - width * Math.floor(mean / width);
  const atoms: LeadTimeAtom[] = [];
  let below = 0;
  for (let days = lowest; below < 1 - NEGLIGIBLE; days += width) {
    const through = incompleteGamma(shape, (days + width / 2) / scale);
    if (through > NEGLIGIBLE) atoms.push({ days, probability: through - below });
    below = atoms.length > 0 ? through : below;
  }
  return normalised(atoms);
}

function normalised(atoms: readonly LeadTimeAtom[]): LeadTimeAtom[] {
  let total = 0;
  for (const { days, probability } of atoms) {
    requireNumber('terms.leadTimeDistribution.days', days);
    requireNumber('terms.leadTimeDistribution.probability', probability);
    total += probability;
  }
  if (!(total > 0))
    throw new PlanningRefusal('bad_number', {
      field: 'terms.leadTimeDistribution',
      found: 'probabilities that sum to 0',
      wanted: 'at least one lead time with a probability above 0',
    });
  return atoms
    .filter(({ probability }) => probability > 0)
    .map(({ days, probability }) => ({ days, probability: probability / total }))
    .sort((a, b) => a.days - b.days);
}
