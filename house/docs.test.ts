import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import type { Terminal } from '../src/cli/terminal.ts';
import { verbs } from '../src/cli/verbs.ts';
import { methods } from '../src/forecast/index.ts';
import { URGENCIES } from '../src/planning/index.ts';
import { withConfigurationTable } from './configuration-page.ts';
import { withRealOutput } from './printed-commands.ts';
import { projectFiles, readProjectFile, root } from './source-files.ts';

const pages = projectFiles.filter((path) => path.endsWith('.md'));

test('README.md shows what its commands print', () => {
  const page = readProjectFile('README.md');
  expect(page, 'run: node house/printed-commands.ts').toBe(withRealOutput(page));
  expect(page.match(/```console/g)!.length).toBeGreaterThan(1);
});

test('docs/operating.md shows the settings that there are', () => {
  const page = readProjectFile('docs/operating.md');
  expect(page, 'run: node house/configuration-page.ts').toBe(withConfigurationTable(page));
  expect(page).toContain('| `PARSTOCK_PORT` |');
});

/** Commands of the code blocks of all pages: the verb, and its options. */
const commands = pages.flatMap((path) =>
  [...readProjectFile(path).matchAll(/^```(?:sh|console)\n([\s\S]*?)^```/gm)]
    .flatMap((block) => block[1]!.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => /\bparstock ([a-z]+)(.*)/.exec(line))
    .filter((match) => match !== null && !match.input.startsWith('As of'))
    .map((match) => ({ path, verb: match![1]!, words: match![2]!.replace(/[|#].*/, '') })),
);

test('every command in the documents exists, with its options', async () => {
  expect(commands.length).toBeGreaterThan(5);
  const known = new Map<string, string[]>();
  for (const { name, load } of verbs) {
    const command = new Command(name);
    (await load()).define(command, {} as Terminal);
    known.set(
      name,
      command.options.flatMap(({ long, short }) => [long!, short!]),
    );
  }
  const wrong = commands.filter(({ verb, words }) => {
    const options = words.match(/(?<=\s)--[a-z-]+/g) ?? [];
    return !known.has(verb) || options.some((option) => !known.get(verb)!.includes(option));
  });
  expect(wrong).toEqual([]);
});

test('links inside the documents lead somewhere', () => {
  const broken = pages.flatMap((path) =>
    [...readProjectFile(path).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !resolves(path, target))
      .map((target) => `${path} → ${target}`),
  );
  expect(broken).toEqual([]);
  expect(resolves('README.md', 'docs/no-such-page.md')).toBe(false);
  expect(resolves('README.md', 'docs/operating.md#no-such-heading')).toBe(false);
});

function resolves(page: string, target: string): boolean {
  const [path, anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path!);
  if (!existsSync(join(root, file))) return false;
  if (anchor === undefined) return true;
  const headings = readProjectFile(file).match(/^#+ .*$/gm) ?? [];
  return headings.some((heading) => slug(heading) === anchor);
}

function slug(heading: string): string {
  const words = heading.replace(/^#+ /, '').toLowerCase();
  return words.replace(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-');
}

test('the vocabulary names every method and every urgency', () => {
  const page = readProjectFile('docs/vocabulary.md');
  const words = ['auto', 'combination', ...methods.map(({ name }) => name), ...URGENCIES];
  expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
});

test('the architecture names every room', () => {
  const page = readProjectFile('docs/architecture.md');
  const rooms = new Set(projectFiles.map((path) => /^src\/[a-z]+(?=\/)/.exec(path)?.[0]));
  rooms.delete(undefined);
  expect([...rooms].filter((room) => !page.includes(`\`${room}\``))).toEqual([]);
});

test('decisions are numbered without a gap, and say context, decision, consequences', () => {
  const records = pages.filter((path) => path.startsWith('docs/decisions/')).sort();
  records.forEach((path, i) => {
    expect(path).toContain(`/${String(i + 1).padStart(4, '0')}-`);
    for (const part of ['**Context.**', '**Decision.**', '**Consequences.**'])
      expect(readProjectFile(path)).toContain(part);
  });
  expect(records.length).toBeGreaterThan(0);
});
