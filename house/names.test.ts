import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { codeFiles, readProjectFile } from './source-files.ts';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const vague = /(^|[-.])(utils?|helpers?|common|managers?|services?|misc|shared)([-.]|$)/;
/** A word of the trade that happens to be on the list, or a file of ours that names a set of schemas. */
const meant = new Set([
  'src/contract/common.ts',
  'src/server/http/services.ts',
  'src/server/imports/kinds/shared-columns.ts',
]);

test('files of code are named in kebab case', () => {
  expect(codeFiles.filter((path) => !kebab.test(basename(path)))).toEqual([]);
});

test('no file hides what it holds behind a vague name', () => {
  const hidden = codeFiles.filter((path) => vague.test(basename(path)) && !meant.has(path));
  expect(hidden).toEqual([]);
  expect([...meant].filter((path) => !codeFiles.includes(path))).toEqual([]);
});

const unfinished =
  /\bTODO\b|\bFIXME\b|\bXXX\b|not implemented|\b(it|test|describe|suite)\.(skip|only|todo)\b/;

test('nothing is left unfinished by its own words, and no test is switched off', () => {
  const marked = codeFiles
    .filter((path) => path !== 'house/names.test.ts')
    .flatMap((path) =>
      readProjectFile(path)
        .split('\n')
        .map((line, i) => ({ where: `${path}:${i + 1}`, line }))
        .filter(({ line }) => unfinished.test(line)),
    );
  expect(marked).toEqual([]);
  expect(unfinished.test('test.' + 'skip(name)')).toBe(true);
});
