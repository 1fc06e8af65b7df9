/**
 * Draws docs/images/accuracy.svg from bench/results/accuracy.json, and prints the figures of several data sets together.
 *
 *   node bench/accuracy.ts && node bench/accuracy-plot.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { composite, WANTED } from './accuracy/composite.ts';
import { type Bar, plotBars } from './accuracy/plot.ts';

type Row = Readonly<Record<string, unknown>> & { data: string; method: string; kind: string };

const file = new URL('results/accuracy.json', import.meta.url);
const rows = (JSON.parse(readFileSync(file, 'utf8')) as Row[]).filter(
  ({ split }) => split === 'test',
);
const own = rows.filter(({ kind, method }) => kind === 'own' && method === 'auto');
const MEASURES = ['mase', 'wql', 'sql', 'smape', 'rmsse', 'owa', 'sum90', 'sum95', 'sum99'];

/** Bars of one data set: every error that something is wanted of. */
function barsOf(target: Row): Bar[] {
  const said = own.find(({ data }) => data === target.data);
  return MEASURES.flatMap((measure) => {
    const [found, wanted] = [said?.[measure], target[measure]];
    if (typeof found !== 'number' || typeof wanted !== 'number') return [];
    return [{ name: target.data, measure, own: found, wanted }];
  });
}

const six = composite(own);
const together = (['mase', 'wql'] as const).flatMap((measure) =>
  six === undefined
    ? []
    : [{ name: 'fev, six data sets', measure, own: six[measure], wanted: WANTED[measure] }],
);
const bars = [...together, ...rows.filter(({ kind }) => kind === 'target').flatMap(barsOf)];
for (const { name, measure, own: found, wanted } of bars) {
  const verdict = found <= wanted ? 'reached' : 'missed';
  console.log(`${name} ${measure}: ${found.toFixed(4)}, wanted ${wanted} (${verdict})`);
}
writeFileSync(new URL('../docs/images/accuracy.svg', import.meta.url), plotBars(bars));
