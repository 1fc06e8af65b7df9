import { expect, test } from 'vitest';
import { readOptions } from '../components/import-kinds.ts';
import { isUnderWay, uploadQuery } from './imports.ts';

const file = new File(['sku,name\n'], 'Übersicht & Preise.csv');

test('an upload says its kind and name, and nothing that was left to the reader', () => {
  expect(uploadQuery({ kind: 'products', file, options: {} })).toEqual({
    kind: 'products',
    fileName: 'Übersicht & Preise.csv',
    columns: undefined,
  });
});

test('what is told travels with it, columns as JSON', () => {
  const options = { dateFormat: 'dmy', columns: { sku: 'Artikel' } } as const;
  expect(uploadQuery({ kind: 'sales', file, options })).toMatchObject({
    dateFormat: 'dmy',
    columns: '{"sku":"Artikel"}',
  });
});

test('empty choices of the form are left to the reader', () => {
  const form = new FormData();
  form.set('delimiter', ';');
  form.set('dateFormat', '');
  expect(readOptions(form)).toEqual({ delimiter: ';' });
});

test('polling ends with the work', () => {
  expect((['uploading', 'checking', 'committing'] as const).every(isUnderWay)).toBe(true);
  expect(
    (['checked', 'refused', 'committed', 'cancelled', 'failed'] as const).some(isUnderWay),
  ).toBe(false);
});
