import { describe, expect, it } from 'vitest';
import { classifyDemand } from './demand-class.ts';

describe('classifyDemand', () => {
  it.each([
    [[10, 12, 9, 11, 10, 8, 12, 10, 11, 9, 10, 12], 1, 0.0159, 'smooth'],
    [[0, 0, 5, 0, 0, 6, 0, 4, 0, 0, 0, 5], 3, 0.0267, 'intermittent'],
    [[2, 30, 1, 25, 3, 1, 40, 2, 1, 28, 2, 1], 1, 1.6935, 'erratic'],
    [[0, 0, 1, 0, 0, 40, 0, 3, 0, 0, 0, 2], 3, 2.7347, 'lumpy'],
  ] as const)('%j: vectors of the planning specification', (y, adi, cv2, demandClass) => {
    const profile = classifyDemand(y);
    expect(profile.demandClass).toBe(demandClass);
    expect(profile.adi).toBe(adi);
    expect(profile.cv2).toBeCloseTo(cv2, 4);
  });

  it('counts a value at the cut-off to the upper class', () => {
    // 33 periods with 25 demands: ADI exactly 1.32.
    const y = [...new Array(25).fill(4), ...new Array(8).fill(0)];
    expect(classifyDemand(y)).toMatchObject({ adi: 1.32, demandClass: 'intermittent' });
  });

  it('leaves out what was not observed', () => {
    expect(classifyDemand([5, Number.NaN, 5, Number.NaN, 6]).adi).toBe(1);
  });

  it('knows a series without demand', () => {
    expect(classifyDemand([0, 0, Number.NaN]).demandClass).toBe('no-demand');
    expect(classifyDemand([]).demandClass).toBe('no-demand');
  });
});
