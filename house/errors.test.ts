import { expect, test } from 'vitest';
import { errorCatalogue } from '../src/contract/errors.ts';
import { errorsPage } from './errors-page.ts';
import { codeFiles, isTest, readProjectFile } from './source-files.ts';

const sources = codeFiles.filter(
  (path) => /^src\/.*\.tsx?$/.test(path) && !isTest(path) && path !== 'src/contract/errors.ts',
);
const text = sources.map(readProjectFile).join('\n');
const statuses = [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503, 507];
const codes = Object.keys(errorCatalogue);

test('every code that is thrown is in the catalogue', () => {
  const thrown = [...text.matchAll(/new Refusal\(\s*'([a-z_]+)'/g)].map((match) => match[1]!);
  expect(thrown.length).toBeGreaterThan(30);
  expect([...new Set(thrown)].filter((code) => !codes.includes(code))).toEqual([]);
});

test('every code of the catalogue is used somewhere', () => {
  expect(codes.filter((code) => !new RegExp(`['"\`]${code}['"\`]|\\b${code}:`).test(text))).toEqual(
    [],
  );
});

test('every entry says what happened and what to do, in whole sentences', () => {
  for (const [code, { status, title, remedy }] of Object.entries(errorCatalogue)) {
    expect(statuses, code).toContain(status);
    expect(title, code).toMatch(/^[A-Z].*\.$/);
    expect(remedy, code).toMatch(/^[A-Z].*\.$/);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  }
});

test('docs/errors.md is the catalogue', () => {
  expect(readProjectFile('docs/errors.md'), 'run: node house/errors-page.ts').toBe(errorsPage());
});
