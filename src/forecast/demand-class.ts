import type { DemandClass } from './types.ts';

/** What the class was decided from. */
export interface DemandProfile {
  readonly demandClass: DemandClass;
  /** Average demand interval: observed periods per period with demand; Infinity without demand. */
  readonly adi: number;
  /** Squared coefficient of variation of the non-zero demands, sample variance; 0 for one demand. */
  readonly cv2: number;
}

/** Cut-offs of Syntetos, Boylan & Croston (2005); a value at the cut-off is of the upper class. */
const ADI_CUT_OFF = 1.32;
const CV2_CUT_OFF = 0.49;

/**
 * Classes a series by how often and how evenly it is demanded.
 * `y` demand per period, units, length n, oldest first; NaN marks a missing period and is left out
 * returns DemandProfile
 * source Syntetos, Boylan & Croston (2005), doi:10.1057/palgrave.jors.2601841
 * checked against the four vectors of the planning specification, 1e-4
 */
export function classifyDemand(y: ArrayLike<number>): DemandProfile {
  let observed = 0;
  let demands = 0;
  let sum = 0;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    observed++;
    if (value === 0) continue;
    demands++;
    sum += value;
  }
  if (demands === 0) return { demandClass: 'no-demand', adi: Number.POSITIVE_INFINITY, cv2: 0 };
  const mean = sum / demands;
  let squares = 0;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (value !== 0 && !Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  const adi = observed / demands;
  const cv2 = demands > 1 && mean !== 0 ? squares / (demands - 1) / mean ** 2 : 0;
  const seldom = adi >= ADI_CUT_OFF;
  const uneven = cv2 >= CV2_CUT_OFF;
  const demandClass = seldom ? (uneven ? 'lumpy' : 'intermittent') : uneven ? 'erratic' : 'smooth';
  return { demandClass, adi, cv2 };
}

/**
 * Whether demand comes seldom: intermittent or lumpy.
 * `profile` of a series · returns true where it does
 */
export function isSlow({ demandClass }: DemandProfile): boolean {
  return demandClass === 'intermittent' || demandClass === 'lumpy';
}
