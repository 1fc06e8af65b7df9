/** What planning, runs and orders call things, in the planner's words. */

export type Tone = 'plain' | 'accent' | 'warn' | 'danger';
type Word = readonly [label: string, tone: Tone];

const urgencies: Record<string, Word> = {
  'stock-out': ['Out of stock', 'danger'],
  late: ['Runs out first', 'danger'],
  now: ['Order now', 'accent'],
  soon: ['Due soon', 'plain'],
  none: ['Enough', 'plain'],
};

const orderStates: Record<string, Word> = {
  draft: ['Draft', 'warn'],
  confirmed: ['Confirmed', 'accent'],
  part_received: ['Part received', 'accent'],
  received: ['Received', 'plain'],
  cancelled: ['Cancelled', 'plain'],
};

const runStates: Record<string, Word> = {
  queued: ['Queued', 'plain'],
  running: ['Running', 'accent'],
  completed: ['Completed', 'plain'],
  cancelled: ['Cancelled', 'warn'],
  failed: ['Failed', 'danger'],
};

const importStates: Record<string, Word> = {
  uploading: ['Uploading', 'accent'],
  checking: ['Checking', 'accent'],
  checked: ['Checked', 'warn'],
  refused: ['Refused', 'danger'],
  committing: ['Taking over', 'accent'],
  committed: ['Taken over', 'plain'],
  cancelled: ['Cancelled', 'plain'],
  failed: ['Failed', 'danger'],
};

/** A code nobody has put into words yet is shown as it is, spelled out. */
function look(words: Record<string, Word>, code: string): Word {
  return words[code] ?? [sentence(code), 'plain'];
}

export const urgency = (code: string): Word => look(urgencies, code);
export const orderState = (code: string): Word => look(orderStates, code);
export const runState = (code: string): Word => look(runStates, code);
export const importState = (code: string): Word => look(importStates, code);

/** `seasonal_naive` → "Seasonal naive", `rowsBad` → "Rows bad". */
export function sentence(code: string): string {
  const words = code
    .replaceAll(/([a-z])([A-Z])/g, (_, end, start) => `${end} ${start.toLowerCase()}`)
    .replaceAll(/[_-]+/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const methods: Record<string, string> = {
  ses: 'Exponential smoothing',
  holt: 'Holt',
  damped: 'Damped Holt',
  ets: 'ETS',
  'auto-ets': 'Automatic ETS',
  theta: 'Theta',
  'dynamic-theta': 'Dynamic Theta',
  'optimised-theta': 'Optimised Theta',
  arima: 'ARIMA',
  'log-arima': 'ARIMA of logarithms',
  ces: 'CES',
  'log-ces': 'CES of logarithms',
  mstl: 'MSTL',
  'log-mstl': 'MSTL of logarithms',
  harmonic: 'Harmonic regression',
  'log-harmonic': 'Harmonic regression of logarithms',
  trees: 'Tree boosting',
  npts: 'Weighted history (NPTS)',
  'local-level': 'Local level',
  adida: 'ADIDA',
  imapa: 'IMAPA',
  croston: 'Croston',
  sba: 'Croston SBA',
  tsb: 'TSB',
  'chronos-2': 'Chronos-2',
  'chronos-bolt-tiny': 'Chronos-Bolt tiny',
  'chronos-bolt-mini': 'Chronos-Bolt mini',
  'chronos-bolt-small': 'Chronos-Bolt small',
  'chronos-bolt-base': 'Chronos-Bolt base',
};

export function method(code: string | null): string {
  if (!code) return '–';
  return methods[code.toLowerCase()] ?? sentence(code);
}

const demandClasses: Record<string, string> = {
  smooth: 'smooth: regular sales of similar size',
  intermittent: 'intermittent: similar sizes, many days without',
  erratic: 'erratic: sold regularly, in very different sizes',
  lumpy: 'lumpy: many days without, and very different sizes',
};

export function demandClass(code: string | null): string {
  return code ? (demandClasses[code] ?? sentence(code)) : '–';
}
