import { expect, test } from 'vitest';
import type { Import } from '../queries/imports.ts';
import { columnFieldName, columnQuestions, readColumns } from './column-questions.ts';

const base = { dialect: null, refusal: null } as unknown as Import;
const dialect = {
  delimiter: ',',
  encoding: 'utf-8',
  dateFormat: null,
  decimal: '.',
  columns: { sku: 'Code', name: 'Title' },
  ignoredColumns: ['Old code'],
};

test('a missing column may be any of the file', () => {
  const details = { missing: ['units'], found: ['sku', 'date', 'Stück'] };
  const refusal = { code: 'import_missing_column', title: '', remedy: '', details };
  expect(columnQuestions({ ...base, refusal })).toEqual([
    { column: 'units', taken: null, candidates: ['sku', 'date', 'Stück'] },
  ]);
});

test('a column that was found may be one of those that were left over', () => {
  expect(columnQuestions({ ...base, dialect })).toEqual([
    { column: 'sku', taken: 'Code', candidates: ['Old code'] },
    { column: 'name', taken: 'Title', candidates: ['Old code'] },
  ]);
});

test('where nothing is left over there is nothing to ask', () => {
  expect(columnQuestions({ ...base, dialect: { ...dialect, ignoredColumns: [] } })).toEqual([]);
  expect(columnQuestions(base)).toEqual([]);
});

test('only what was told travels', () => {
  const form = new FormData();
  form.set(columnFieldName('sku'), 'Old code');
  form.set(columnFieldName('name'), '');
  form.set('delimiter', ';');
  expect(readColumns(form)).toEqual({ sku: 'Old code' });
});
