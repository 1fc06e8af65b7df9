import { describe, expect, it, test } from 'vitest';
import { guestsAt } from './external.ts';
import {
  backtest,
  type ExternalForecast,
  externalBacktestOrigins,
  externalOrigins,
  type ForecastOptions,
  forecast,
  normalQuantile,
  type SeriesForecast,
  seededRandom,
} from './index.ts';
import type { Model } from './model.ts';
import { averageMoments, linearMoments, periodDeviations } from './moments.ts';
import { externalShape, shapeQuantile } from './shape.ts';

/** Long enough that a backtest proves something. */
const LENGTH = 520;
const levels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const options: ForecastOptions = { horizon: 14, frequency: 'D', seed: 3 };

/** A pattern of eleven days, which no model with a week in mind can see, and some noise. */
function hiddenPattern(length: number): Float64Array {
  const random = seededRandom('pattern', 5);
  const wave = [9, 30, 2, 14, 40, 5, 22, 1, 35, 12, 27];
  return Float64Array.from({ length }, (_, t) => wave[t % 11]! + 2 * (random.uniform() - 0.5));
}

/** Says what `truth` holds from each origin on, spread by `sd`. */
function externalOf(
  y: Float64Array,
  { truth, sd, method = 'oracle' }: { truth: Float64Array; sd: number; method?: string },
): ExternalForecast {
  const said = externalOrigins({ id: 'a', y }, options).map(({ known, horizon }) => ({
    known,
    horizon,
    quantiles: Float64Array.from({ length: levels.length * horizon }, (_, i) => {
      const level = levels[Math.floor(i / horizon)]!;
      return truth[known + (i % horizon)]! + sd * normalQuantile(level);
    }),
  }));
  return { method, title: 'The oracle', levels, said };
}

function forecastWith(external: readonly ExternalForecast[], more: Partial<ForecastOptions> = {}) {
  const y = hiddenPattern(LENGTH);
  const outcome = forecast([{ id: 'a', y, external }], { ...options, ...more })[0]!;
  expect(outcome.ok).toBe(true);
  return outcome as SeriesForecast;
}

const truth = hiddenPattern(LENGTH + 14);
const good = externalOf(hiddenPattern(LENGTH), { truth, sd: 1 });
const bad = externalOf(hiddenPattern(LENGTH), { truth: truth.map(() => 90), sd: 5 });

test('is asked at every origin of the backtest and at the end', () => {
  const origins = externalOrigins({ id: 'a', y: hiddenPattern(LENGTH) }, options);
  expect(origins.map(({ known }) => known)).toEqual([478, 492, 506, 520]);
  expect(origins.every(({ horizon }) => horizon === 14)).toBe(true);
  // What lies before the first sale is not counted by the engine; the caller's periods are.
  const late = Float64Array.from([...new Float64Array(50), ...hiddenPattern(LENGTH)]);
  const known = externalOrigins({ id: 'a', y: late }, options).map((origin) => origin.known);
  expect(known).toEqual([528, 542, 556, 570]);
  expect(externalOrigins({ id: 'a', y: [] }, options)).toEqual([]);
  expect(externalOrigins({ id: 'a', y: hiddenPattern(3) }, options)).toEqual([]);
});

test('is taken where the backtest says that it is worth its time', () => {
  const alone = forecastWith([]);
  const { method, choice, mean, quantiles, scores, reason } = forecastWith([good]);
  expect(method).toBe('oracle');
  expect(choice.code).toBe('lowest_error');
  expect(choice.external).toEqual([
    { method: 'oracle', title: 'The oracle', gain: expect.closeTo(0.95, 1) },
  ]);
  expect(reason).toMatch(/^The oracle had the lowest backtest error of/);
  expect(scores.find((score) => score.method === 'oracle')!.rmsse).toBeLessThan(
    0.2 * alone.scores[0]!.rmsse,
  );
  for (let k = 0; k < 14; k++) {
    expect(mean[k]).toBeCloseTo(Math.max(0, truth[LENGTH + k]!), 0);
    for (let l = 1; l < quantiles.length; l++)
      expect(quantiles[l]![k]).toBeGreaterThanOrEqual(quantiles[l - 1]![k]!);
  }
});

test('is scored and left alone where it errs more', () => {
  const alone = forecastWith([]);
  const { method, mean, scores, choice, reason } = forecastWith([bad]);
  expect(method).toBe(alone.method);
  expect(mean).toEqual(alone.mean);
  expect(scores.some((score) => score.method === 'oracle')).toBe(true);
  expect(choice.external![0]!.gain).toBeLessThan(0);
  expect(reason).toMatch(/The oracle measured \d+ % worse than the best of the others\.$/);
});

test('one that is hardly better does not earn its time', () => {
  const alone = forecastWith([]);
  const best = alone.scores.filter(({ method }) => method !== 'combination')[0]!;
  // The engine's own best, repeated from outside with an error one per cent smaller.
  const y = hiddenPattern(LENGTH);
  const asBest = externalOrigins({ id: 'a', y }, options).map(({ known, horizon }) => {
    const own = forecast([{ id: 'a', y: y.subarray(0, known) }], {
      ...options,
      horizon,
      windows: 0,
      method: best.method,
    })[0] as SeriesForecast;
    const nearer = own.mean.map((value, k) => value + 0.01 * ((y[known + k] ?? value) - value));
    const quantiles = levels.flatMap((level) =>
      Array.from(nearer, (value) => value + 8 * normalQuantile(level)),
    );
    return { known, horizon, quantiles: Float64Array.from(quantiles) };
  });
  const { method, choice } = forecastWith([
    { method: 'copy', title: 'A copy', levels, said: asBest },
  ]);
  const gain = choice.external![0]!.gain!;
  expect(gain).toBeGreaterThan(0);
  expect(gain).toBeLessThan(0.02);
  expect(method).toBe(alone.method);
  expect(choice.members.some((member) => member.method === 'copy')).toBe(false);
});

test('a backtest scores it by what it said at each origin, and asks for no more', () => {
  const y = hiddenPattern(LENGTH);
  const external = ['oracle'];
  const origins = externalBacktestOrigins({ id: 'a', y }, { ...options, external });
  // Three origins, and the three before each.
  expect(origins.map(({ known }) => known)).toEqual([436, 450, 464, 478, 492, 506]);
  const said = origins.map(({ known, horizon }) => ({
    known,
    horizon,
    quantiles: Float64Array.from({ length: levels.length * horizon }, (_, i) => {
      const level = levels[Math.floor(i / horizon)]!;
      return truth[known + (i % horizon)]! + normalQuantile(level);
    }),
  }));
  const asked = [{ id: 'a', y, external: [{ ...good, said }] }];
  const report = backtest(asked, { ...options, external, methods: ['auto', 'oracle', 'theta'] });
  if (!report.ok) throw new Error(report.code);
  const [auto, oracle, theta] = report.methods;
  expect(oracle!.mase).toBeLessThan(0.2 * theta!.mase);
  expect(auto!.mase).toBe(oracle!.mase);
});

test('one that is asked for by name is asked even where no backtest is possible', () => {
  const named = { ...options, external: ['oracle'], method: 'oracle' };
  const y = hiddenPattern(3);
  expect(externalOrigins({ id: 'a', y }, named)).toEqual([{ known: 3, horizon: 14 }]);
});

test('that it was not available is said, and changes nothing', () => {
  const alone = forecastWith([]);
  const absent = { method: 'oracle', title: 'The oracle', levels, said: [] };
  const { mean, reason, choice } = forecastWith([{ ...absent, unavailable: 'it is asleep' }]);
  expect(mean).toEqual(alone.mean);
  expect(reason).toBe(`${alone.reason} The oracle was not available: it is asleep.`);
  expect(choice.external).toEqual([
    { method: 'oracle', title: 'The oracle', unavailable: 'it is asleep' },
  ]);
});

test('can be asked for by name, and is stood in for where it said nothing', () => {
  const asked = { method: 'oracle', external: ['oracle'] };
  const named = forecastWith([bad], asked);
  expect(named.method).toBe('oracle');
  expect(named.choice.code).toBe('asked_for');
  expect(named.mean[0]).toBeCloseTo(90, 6);
  const silent = { ...bad, said: [], unavailable: 'it is asleep' };
  const { method, choice, reason } = forecastWith([silent], asked);
  expect(method).toBe('seasonal-naive');
  expect(choice).toMatchObject({ code: 'fallback', instead: 'oracle' });
  expect(reason).toMatch(/stands in for oracle.*it is asleep/);
  const unknown = forecast([{ id: 'a', y: hiddenPattern(50) }], { ...options, method: 'oracle' });
  expect(unknown[0]).toMatchObject({ ok: false, code: 'unknown_method' });
});

describe('one that learned from many series', () => {
  it('is averaged with what is chosen without it, by its share', () => {
    const alone = forecastWith([]);
    const { method, mean, choice, reason, scores } = forecastWith([{ ...good, share: 0.3 }]);
    expect(method).toBe('combination');
    expect(choice.code).toBe('shared');
    expect(choice.members.at(-1)).toMatchObject({ method: 'oracle', weight: 0.3 });
    expect(choice.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    for (let k = 0; k < 14; k++)
      expect(mean[k]).toBeCloseTo(0.7 * alone.mean[k]! + 0.3 * truth[LENGTH + k]!, 1);
    expect(reason).toMatch(/^The mean of what learns from all series and of the choice .*30 %\)/);
    expect(scores[0]!.rmsse).toBeLessThan(alone.scores[0]!.rmsse);
    const own = alone.scores.filter((score) => score.method !== 'combination');
    const least = Math.min(...own.map(({ rmsse }) => rmsse));
    expect(choice.external![0]!.gain).toBeCloseTo(1 - scores[0]!.rmsse / least, 12);
  });

  it('stands alone where nothing adds to it, and is left out where it adds nothing', () => {
    const { method, choice } = forecastWith([{ ...good, share: 1 }]);
    expect({ method, members: choice.members.length }).toEqual({ method: 'oracle', members: 1 });
    const without = forecastWith([{ ...good, share: 0 }]);
    expect(without.mean).toEqual(forecastWith([]).mean);
    expect(without.choice.members.some((member) => member.method === 'oracle')).toBe(false);
  });

  it('is left out where it does harm', () => {
    const { method, mean } = forecastWith([{ ...bad, share: 0.5 }]);
    const alone = forecastWith([]);
    expect(method).toBe(alone.method);
    expect(mean).toEqual(alone.mean);
  });

  it('is left out of a series with twice the error there, however little it counts', () => {
    const members = (level: number) => {
      const said = externalOf(hiddenPattern(LENGTH), { truth: truth.map(() => level), sd: 5 });
      const { choice, reason } = forecastWith([{ ...said, share: 0.05 }]);
      return { names: choice.members.map(({ method }) => method), reason };
    };
    expect(members(30).names).toContain('oracle');
    expect(members(90).names).not.toContain('oracle');
    expect(members(90).reason).toMatch(
      /The oracle measured \d+ % worse than the best of the others/,
    );
  });

  it('is averaged quantile by quantile', () => {
    const h = 2;
    const normal = linearMoments({ mean: Float64Array.of(40, 50), sigma: 6, echo: () => 0.2 });
    const values = [1, 2, 3, 5, 8, 13, 21, 34, 55];
    const scores = levels.map(normalQuantile);
    const said = { scores, values, mean: 16, sd: 20, whole: false };
    const skewed = {
      ...linearMoments({ mean: new Float64Array(h).fill(16), sigma: 20, echo: () => 0 }),
      marginals: Array.from({ length: h }, () => externalShape(said)),
    };
    const mixed = averageMoments(normal, skewed, 0.4);
    const [own, sd] = [periodDeviations(normal), periodDeviations(mixed)];
    for (let k = 0; k < h; k++) {
      for (const level of [0.1, 0.5, 0.9]) {
        const parts = [normal.mean[k]! + own[k]! * normalQuantile(level)];
        parts.push(shapeQuantile(skewed.marginals[k]!, level, { mean: 16, sd: 20 }));
        const of = { mean: mixed.mean[k]!, sd: sd[k]! };
        const quantile = shapeQuantile(mixed.marginals![k]!, level, of);
        // The table of the family has steps of a hundredth.
        expect(quantile).toBeCloseTo(0.6 * parts[0]! + 0.4 * parts[1]!, 1);
      }
    }
  });
});

test('what it says at an origin is used at that origin alone', () => {
  // Wrong at the last origin only: the mean errs there, and nowhere else.
  const said = good.said.map((one, i) => ({
    ...one,
    quantiles: i === good.said.length - 1 ? one.quantiles.map(() => 50) : one.quantiles,
  }));
  const { method, mean, scores } = forecastWith([{ ...good, said }]);
  expect(method).toBe('oracle');
  expect(mean[0]).toBeCloseTo(50, 6);
  const untouched = forecastWith([good]).scores.find((score) => score.method === 'oracle')!;
  expect(scores.find((score) => score.method === 'oracle')!.rmsse).toBe(untouched.rmsse);
});

describe('who may join', () => {
  const model = (name: string, share?: number): Model => ({
    name,
    title: name,
    source: 'a test',
    share,
    fit: () => undefined,
  });
  const outside = [model('pretrained'), model('trees', 0.4)];

  it('is everyone where a backtest proves something', () => {
    expect(guestsAt(outside, 0.1)).toEqual(['pretrained', 'trees']);
  });

  it('is nobody with a share where a backtest is long against what lies before it', () => {
    expect(guestsAt(outside, 0.5)).toEqual(['pretrained']);
  });
});
