import { Refusal } from '../contract/errors.ts';
import {
  type ForecastOptions,
  methods,
  resolveOptions,
  TREE_HORIZONS,
  TREES,
  type TreeHorizons,
} from '../forecast/index.ts';
import type { Frequency } from '../forecast/types.ts';
import { parseModel } from '../ml/models/find-model.ts';
import { pinnedModels } from '../ml/models/pinned-models.ts';
import { FREQUENCIES } from './time-grid.ts';

/** A word of the command line that cannot be followed; ends with exit code 2. */
export function badOption(where: string, found: string, wanted: string): Refusal {
  return new Refusal('invalid_option', { where, found, wanted });
}

/** Parser of a whole number from `least` on. */
export function wholeNumber(where: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw badOption(where, text, `a whole number, ${least} or more`);
  };
}

/** `0.1,0.5,0.9`: probabilities in (0,1), ascending in the output. */
export function parseLevels(text: string): number[] {
  const levels = text.split(',').map((part) => {
    const value = part.trim() === '' ? Number.NaN : Number(part);
    if (value > 0 && value < 1) return value;
    throw badOption('--levels', part, 'probabilities between 0 and 1, such as 0.1,0.5,0.9');
  });
  return [...new Set(levels)].sort((a, b) => a - b);
}

export function parseFrequency(text: string): Frequency {
  const frequency = FREQUENCIES.find((known) => known === text.toUpperCase());
  if (frequency) return frequency;
  throw badOption('--frequency', text, 'one of H, D, W, M, Q, Y');
}

export function parseTreeHorizons(text: string): TreeHorizons {
  const horizons = TREE_HORIZONS.find((known) => known === text);
  if (horizons) return horizons;
  throw badOption('--tree-horizons', text, `one of ${TREE_HORIZONS.join(', ')}`);
}

/** A method of the engine, or a model. */
export function parseMethod(text: string): string {
  return parseModel(text) ? text : methodNamed(text, '--method');
}

export function parseModelName(text: string): string {
  if (parseModel(text)) return text;
  const wanted = pinnedModels.map(({ name }) => name).join(', ');
  throw badOption('--model', text, `${wanted}, or owner/repository@commit`);
}

function methodNamed(text: string, where: string): string {
  if (text === 'auto' || text === TREES || methods.some(({ name }) => name === text)) return text;
  const wanted = `auto, ${methods.map(({ name }) => name).join(', ')}, ${TREES}`;
  throw badOption(where, text, wanted);
}

export function parseMethods(text: string): string[] {
  return [...new Set(text.split(',').map((part) => methodNamed(part.trim(), '--methods')))];
}

/** Passes on what the engine says of its own limits, before a file is read for nothing. */
export function checkEngineOptions(options: ForecastOptions): void {
  const resolved = resolveOptions(options);
  if (!resolved.ok)
    throw new Refusal('invalid_option', { reason: resolved.code, ...resolved.details });
}

/** One line per method for `--help`. */
export function methodList(): string {
  const trees = { name: TREES, title: 'Gradient-boosted trees over all series of the file' };
  const width = Math.max(...methods.map(({ name }) => name.length));
  return [...methods, trees]
    .map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`)
    .join('\n');
}
