import { describe, expect, it } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import { admissibleForms, formName } from './ets-form.ts';
import { etsGradient, etsValue } from './ets-kernel.ts';
import { BETA, GAMMA, LEVEL, PHI, SEASONAL, SLOPE } from './ets-layout.ts';

const forms = admissibleForms({ positive: true, seasonal: true });

function example(length: number, m: number): Float64Array {
  const random = seededRandom('kernel', 3);
  const y = Float64Array.from(
    { length },
    (_, t) => 1 + 0.01 * t + 0.3 * Math.sin((2 * Math.PI * t) / m) + 0.1 * random.normal(),
  );
  y[9] = Number.NaN;
  return y;
}

describe('gradient of the likelihood', () => {
  it.each(forms.map((form) => [formName(form), form] as const))('%s', (_, form) => {
    const m = form.season === 'N' ? 1 : 4;
    const pass = { y: example(60, 4), form, m };
    const theta = new Float64Array(SEASONAL + m);
    theta.set([0.3, 0.1, 0.2, 0.9, 1, 0.02]);
    if (form.trend === 'N') theta.fill(0, BETA, GAMMA).fill(0, SLOPE, SEASONAL);
    if (form.trend !== 'Ad') theta[PHI] = 1;
    if (form.season === 'N') theta[GAMMA] = 0;
    else theta.set(form.season === 'M' ? [1, 1.3, 1, 0.7] : [0, 0.3, 0, -0.3], SEASONAL);
    const states = new Float64Array(theta.length);
    const gradient = new Float64Array(theta.length);
    etsValue(pass, theta, states);
    etsGradient(pass, theta, gradient);
    const free = theta.map((_, i) => i).filter((i) => isFree(i, form));
    for (const i of free) {
      const step = 1e-6;
      const up = Float64Array.from(theta);
      const down = Float64Array.from(theta);
      up[i]! += step;
      down[i]! -= step;
      const slope = (etsValue(pass, up, states) - etsValue(pass, down, states)) / (2 * step);
      expect(Math.abs(gradient[i]! - slope), `theta ${i}`).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(slope)),
      );
    }
  });

  it('is Infinity where a multiplicative model leaves its domain', () => {
    const theta = Float64Array.from([0.1, 0, 0, 1, -1, 0, 0]);
    const pass = {
      y: Float64Array.from([1, 2, 3]),
      form: { error: 'M', trend: 'N', season: 'N' } as const,
      m: 1,
    };
    expect(etsValue(pass, theta, new Float64Array(7))).toBe(Number.POSITIVE_INFINITY);
    theta[LEVEL] = 2;
    expect(etsValue(pass, theta, new Float64Array(7))).toBeLessThan(100);
  });
});

function isFree(i: number, form: (typeof forms)[number]): boolean {
  if (i === BETA || i === SLOPE) return form.trend !== 'N';
  if (i === PHI) return form.trend === 'Ad';
  if (i === GAMMA || i >= SEASONAL) return form.season !== 'N';
  return true;
}
