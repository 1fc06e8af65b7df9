import type { ImportKind, ReadingOptions } from '../queries/imports.ts';

interface KindWords {
  readonly kind: ImportKind;
  readonly label: string;
  readonly says: string;
}

/** In the order in which they build on each other. */
export const importKinds: readonly KindWords[] = [
  { kind: 'products', label: 'Products', says: 'What you sell: SKU, name, unit, prices' },
  { kind: 'suppliers', label: 'Suppliers', says: 'Whom you buy from: code, name, currency' },
  { kind: 'terms', label: 'Terms', says: 'Who sells what: lead time, minimum, multiple' },
  { kind: 'stock', label: 'Stock', says: 'What is there: on hand, committed, counted on' },
  { kind: 'sales', label: 'Sales', says: 'What was sold: SKU, date, units, promotion' },
  { kind: 'promotions', label: 'Promotions', says: 'What is planned: SKU, first and last day' },
];

export function kindLabel(kind: ImportKind): string {
  return importKinds.find((words) => words.kind === kind)?.label ?? kind;
}

const delimiters: Record<string, string> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  tab: 'tab',
  '|': 'bar',
};
const dateFormats: Record<string, string> = {
  ymd: 'year first (2026-11-23)',
  dmy: 'day first (23.11.2026)',
  mdy: 'month first (11/23/2026)',
};

export const delimiterWord = (delimiter: string) => delimiters[delimiter] ?? delimiter;
export const dateFormatWord = (format: string | null) =>
  format === null ? 'no dates' : (dateFormats[format] ?? format);

interface Choice {
  readonly name: 'delimiter' | 'encoding' | 'dateFormat' | 'decimal' | 'duplicates';
  readonly label: string;
  /** What happens when nothing is told. */
  readonly otherwise: string;
  readonly values: readonly (readonly [value: string, label: string])[];
  /** Only where the question makes sense. */
  readonly kinds?: readonly ImportKind[];
}

/** What the reader can be told instead of guessing. */
export const readingChoices: readonly Choice[] = [
  {
    name: 'delimiter',
    label: 'Columns separated by',
    otherwise: 'found by itself',
    values: [',', ';', 'tab', '|'].map((value) => [value, delimiterWord(value)] as const),
  },
  {
    name: 'dateFormat',
    label: 'Dates',
    otherwise: 'found by itself',
    values: ['ymd', 'dmy', 'mdy'].map((value) => [value, dateFormatWord(value)] as const),
    kinds: ['sales', 'stock', 'promotions'],
  },
  {
    name: 'decimal',
    label: 'Decimal sign',
    otherwise: 'found by itself',
    values: [
      ['.', 'point (1234.5)'],
      [',', 'comma (1234,5)'],
    ],
  },
  {
    name: 'encoding',
    label: 'Encoding',
    otherwise: 'found by itself',
    values: [
      ['utf-8', 'UTF-8'],
      ['latin1', 'Latin-1'],
    ],
  },
  {
    name: 'duplicates',
    label: 'Several lines of a day',
    otherwise: 'refused',
    values: [['sum', 'added up']],
    kinds: ['sales'],
  },
];

/** The options that a form says; what is left to the reader is absent. */
export function readOptions(form: FormData): ReadingOptions {
  const told = readingChoices.flatMap(({ name }) => {
    const value = form.get(name);
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(told) as ReadingOptions;
}
