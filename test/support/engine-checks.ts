import {
  backtest,
  cumulativeQuantiles,
  forecast,
  methods,
  seededRandom,
} from '../../src/forecast/index.ts';
import { predictiveDemand, proposeOrder } from '../../src/planning/index.ts';

/** Series whose values other programs computed, as the folders `reference` keep them. */
export interface EngineFixtures {
  /** Values of Theta by R's forecast, for twelve months of passengers. */
  readonly passengers: { readonly y: readonly number[]; readonly theta: readonly number[] };
  readonly pasta: readonly number[];
}

const WEEK = [30, 20, 18, 19, 25, 40, 52];
const DAYS = 220;
const AHEAD = 14;

/** Series of every kind that shops have, made without any chance but the engine's own. */
function shopSeries(pasta: readonly number[]) {
  const random = seededRandom('engine-checks', 7);
  const days = Array.from({ length: DAYS }, (_, t) => t);
  const promotion = Array.from({ length: DAYS + AHEAD }, (_, t) => (t % 9 === 4 ? 1 : 0));
  const weekly = days.map((t) => WEEK[t % 7]! + Math.round(3 * random.normal()));
  return [
    { id: 'pasta', y: pasta },
    {
      id: 'promoted',
      y: weekly.map((v, t) => v * (1 + 2 * promotion[t]!)),
      covariates: { promotion },
    },
    {
      id: 'slow',
      y: days.map(() => (random.uniform() < 0.15 ? Math.ceil(4 * random.uniform()) : 0)),
    },
    { id: 'gaps', y: weekly.map((v, t) => (t % 31 < 4 ? Number.NaN : v)) },
    { id: 'constant', y: days.map(() => 5) },
    { id: 'one point', y: [3] },
    { id: 'nothing', y: [] },
  ];
}

/** What came out, by name: words to be equal, numbers to be compared. */
export interface EngineAnswers {
  readonly words: Record<string, string>;
  readonly numbers: Record<string, readonly number[]>;
}

/** Forecasts, backtests and plans, wherever it runs. */
export function runEngineChecks({ passengers, pasta }: EngineFixtures): EngineAnswers {
  const words: Record<string, string> = {};
  const numbers: Record<string, readonly number[]> = {};
  const series = shopSeries(pasta);
  for (const outcome of forecast(series, { horizon: AHEAD, season: 7, seed: 3 })) {
    const { seriesId } = outcome;
    if (!outcome.ok) {
      words[seriesId] = outcome.code;
      continue;
    }
    const { method, choice, mean, quantiles, predictive } = outcome;
    const order = proposeFrom(seriesId, predictive);
    words[seriesId] = [method, choice.code, ...choice.members.map(({ form }) => form)].join();
    words[`${seriesId}: order`] = `${order.quantity}, ${order.urgency}, ${order.orderBy}`;
    numbers[seriesId] = [mean, ...quantiles].flatMap((row) => [...row]);
    numbers[`${seriesId}: paths`] = [...predictive.simulate(20)];
    const sums = cumulativeQuantiles(predictive, [0.5, 0.95]);
    numbers[`${seriesId}: sums`] = sums.quantiles.flatMap((row) => [...row]);
    numbers[`${seriesId}: order`] = [order.reorderPoint, order.safetyStock, order.orderUpTo];
  }
  for (const { name } of methods) {
    const [one] = forecast([series[3]!], { horizon: 7, season: 7, method: name, windows: 1 });
    if (one!.ok)
      numbers[`method ${name}`] = [one!.mean, ...one!.quantiles].flatMap((row) => [...row]);
    else words[`method ${name}`] = one!.code;
  }
  const report = backtest(series.slice(0, 3), { horizon: 7, windows: 2, methods: ['auto', 'ets'] });
  if (report.ok)
    numbers.backtest = report.methods.flatMap(({ mase, sql, wql }) => [mase, sql, wql]);
  const theta = { horizon: passengers.theta.length, season: 12, method: 'theta' };
  const [said] = forecast([{ id: 'passengers', y: passengers.y }], theta);
  if (said!.ok) numbers['theta of passengers'] = [...said!.mean];
  return { words, numbers };
}

function proposeFrom(sku: string, predictive: Parameters<typeof predictiveDemand>[0]) {
  return proposeOrder({
    asOf: '2026-03-31',
    product: { sku, unitDecimals: 0 },
    terms: { leadTimeDays: 3, leadTimeSdDays: 1, reviewPeriodDays: 4, orderMultiple: 6 },
    stock: { onHand: 20, committed: 2, backorders: 0 },
    openOrders: [],
    demand: predictiveDemand(predictive),
    policy: { service: { kind: 'cycle', level: 0.97 }, review: 'periodic' },
  });
}

/**
 * Gives every program the same elementary functions, made of what ECMAScript fixes to the last bit:
 * how exp and log round is left to each program, and changes from one V8 to the next.
 */
export function levelElementaryFunctions(): () => void {
  const names = ['exp', 'log', 'log1p', 'sin', 'cos', 'tanh', 'cbrt'] as const;
  const own = Object.fromEntries(names.map((name) => [name, Math[name]]));
  const exp = (x: number): number => {
    if (!(Math.abs(x) < 700)) return x > 0 ? Number.POSITIVE_INFINITY : x < 0 ? 0 : x;
    const halvings = 10;
    const part = x / 2 ** halvings;
    let term = 1;
    let sum = 1;
    for (let n = 1; n < 16; n++) sum += term *= part / n;
    for (let n = 0; n < halvings; n++) sum *= sum;
    return sum;
  };
  const log = (x: number): number => {
    if (!(x > 0) || x === Number.POSITIVE_INFINITY) return x === 0 ? -1 / 0 : x > 0 ? x : 0 / 0;
    let rest = x;
    let twos = 0;
    for (; rest > 1.5; twos++) rest /= 2;
    for (; rest < 0.75; twos--) rest *= 2;
    const ratio = (rest - 1) / (rest + 1);
    let power = ratio;
    let sum = 0;
    for (let n = 1; n < 40; n += 2, power *= ratio * ratio) sum += power / n;
    return 2 * sum + twos * Math.LN2;
  };
  const sin = (x: number): number => {
    const angle = x - 2 * Math.PI * Math.round(x / (2 * Math.PI));
    let term = angle;
    let sum = angle;
    for (let n = 2; n < 40; n += 2) sum += term *= -(angle * angle) / (n * (n + 1));
    return sum;
  };
  Object.assign(Math, {
    exp,
    log,
    sin,
    cos: (x: number) => sin(x + Math.PI / 2),
    log1p: (x: number) => (Math.abs(x) < 1e-9 ? x : log(1 + x)),
    tanh: (x: number) => 1 - 2 / (exp(2 * x) + 1),
    cbrt: (x: number) => Math.sign(x) * Math.abs(x) ** (1 / 3),
  });
  return () => void Object.assign(Math, own);
}
