import { readFileSync, writeFileSync } from 'node:fs';
import type { DeployStory } from '../../src/deploy/journal/entry.ts';
import type { Mode } from '../../test/support/deploy/product-destination.ts';

/*
 * What was measured, and the table that docs/delivering.md shows. A run of one mode alone replaces the
 * line of that mode.
 */

const PAGE = new URL('../../docs/delivering.md', import.meta.url);

/** How customers lived through a failed watch, milliseconds after it said so. */
export interface Return {
  /** The last answer of the version that failed. */
  readonly last: number;
  /** The first answer of the old one. */
  readonly first: number;
  /** What went wrong besides the errors that the failing version answered with. */
  readonly others: readonly string[];
}

export interface Figures {
  readonly mode: Mode;
  readonly deploys: number;
  readonly rollbacks: number;
  readonly answers: number;
  readonly posts: number;
  readonly faults: readonly string[];
  /** Longest answer of all, milliseconds. */
  readonly longest: number;
  /** Seconds of each deploy and rollback without pull and watch, in order. */
  readonly seconds: readonly number[];
  readonly returned: readonly Return[];
  readonly stories: readonly DeployStory[];
  readonly load: number;
}

export const median = (list: readonly number[]) =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

const HEAD = [
  ...['mode', 'deploys + rollbacks', 'requests', 'of them POST', 'failed', 'longest answer'],
  ...[
    'deploy without pull and watch',
    'failed watch → its last answer',
    '→ the old version answers',
  ],
  'load (5 min)',
];

/** Medians, with the longest. */
export function rowOf(one: Figures): string[] {
  return [
    one.mode,
    `${one.deploys} + ${one.rollbacks}`,
    one.answers.toLocaleString('en'),
    one.posts.toLocaleString('en'),
    String(one.faults.length),
    seconds(one.longest, 2),
    spread(
      one.seconds.map((value) => value * 1000),
      1,
    ),
    spread(
      one.returned.map(({ last }) => last),
      2,
    ),
    spread(
      one.returned.map(({ first }) => first),
      2,
    ),
    one.load.toFixed(1),
  ];
}

function spread(milliseconds: readonly number[], digits: number): string {
  if (milliseconds.length === 0) return 'not measured';
  const longest = Math.max(...milliseconds);
  return `${seconds(median(milliseconds), digits)} (${seconds(longest, digits)})`;
}

const seconds = (milliseconds: number, digits: number) =>
  `${(milliseconds / 1000).toFixed(digits)} s`;

export function tableOf(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(HEAD) + line(HEAD.map(() => '---')) + rows.map(line).join('');
}

/** Median and longest milliseconds of every step, to see where the time goes. */
export function stepTable(stories: readonly DeployStory[]): string {
  const byStep = new Map<string, number[]>();
  for (const { steps } of stories)
    for (const { event, step, milliseconds } of steps)
      if (event === 'done') byStep.set(step, [...(byStep.get(step) ?? []), milliseconds ?? 0]);
  return [...byStep]
    .map(
      ([step, list]) =>
        `  ${step.padEnd(12)} ${String(median(list)).padStart(6)} ms, at most ${Math.max(...list)}\n`,
    )
    .join('');
}

/** Puts the lines of the modes that were measured into the page; those of the others stay. */
export function writeTable(all: readonly Figures[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const marked =
    /(<!-- figures: node bench\/deploy\.ts --write -->\n)([\s\S]*?)(<!-- \/figures -->)/;
  const found = marked.exec(page);
  if (!found) throw new Error('docs/delivering.md has no place for the figures');
  const before = found[2]!
    .split('\n')
    .filter((line) => /^\| (external|embedded) /.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
  const rows = ['external', 'embedded'].flatMap((mode) => {
    const measured = all.find((one) => one.mode === mode);
    if (measured) return [rowOf(measured)];
    return before.filter(([name, ...rest]) => name === mode && rest.length === HEAD.length - 1);
  });
  writeFileSync(
    PAGE,
    page.replace(marked, (_, open, __, close) => `${open}\n${tableOf(rows)}\n${close}`),
  );
}
