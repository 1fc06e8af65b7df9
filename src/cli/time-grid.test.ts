import { expect, test } from 'vitest';
import { gridThrough, inferFrequency } from './time-grid.ts';
import { readTime, writeTime } from './time-text.ts';

const times = (...texts: string[]) => texts.map((text) => readTime(text)!.time);

const told: [texts: string[], frequency: string][] = [
  [['2024-01-01 00:00', '2024-01-01 01:00', '2024-01-01 02:00'], 'H'],
  [['2024-01-05', '2024-01-08', '2024-01-09', '2024-01-10'], 'D'],
  [['2024-01-03', '2024-01-10', '2024-01-24', '2024-01-31'], 'W'],
  [['2024-01-31', '2024-02-29', '2024-03-31'], 'M'],
  [['2024-01', '2024-02', '2024-03'], 'M'],
  [['2023-01-30', '2023-02-28', '2023-03-30'], 'M'],
  [['2023-03-31', '2023-06-30', '2023-09-30'], 'Q'],
  [['2021', '2022', '2024'], 'Y'],
];
test.each(told)('%j is of frequency %s', (texts, frequency) => {
  expect(inferFrequency([times(...texts)]).frequency).toBe(frequency);
});

test('rows two periods apart, one row, or half hours are not guessed at', () => {
  const unclear = [
    times('2024-01-01', '2024-01-29', '2024-02-26'),
    times('2024-01-01'),
    times('2024-01-01 00:00', '2024-01-01 00:30'),
  ];
  for (const one of unclear) expect(inferFrequency([one]).reason).toBeTypeOf('string');
});

test('all series must agree: one daily among weekly ones makes them daily', () => {
  const weekly = times('2024-01-01', '2024-01-08');
  const daily = times('2024-01-01', '2024-01-02', '2024-01-03');
  expect(inferFrequency([weekly, daily]).frequency).toBe('D');
});

test('month ends stay month ends, other days stay as near as the month allows', () => {
  const next = (frequency: 'M' | 'Q', ...texts: string[]) => {
    const grid = gridThrough(frequency, times(...texts));
    return writeTime(grid.instant(1), 'date');
  };
  expect(next('M', '2024-01-31', '2024-02-29')).toBe('2024-02-29');
  expect(next('M', '2023-01-30', '2023-03-30')).toBe('2023-02-28');
  expect(next('Q', '2023-12-31', '2024-03-31')).toBe('2024-03-31');
});

test('a date that does not exist is not read, nor one of another form', () => {
  for (const text of ['2023-02-29', '2024-13-01', '2024-1-1', '01.02.2024', '2024-01-01 25:00', ''])
    expect(readTime(text)).toBeUndefined();
});

test('writes a time as it was read', () => {
  for (const text of [
    '2024',
    '2024-05',
    '2024-05-06',
    '2024-05-06 07:00:00',
    '2024-05-06T07:00:00Z',
  ]) {
    const { time, style } = readTime(text)!;
    expect(writeTime(time, style)).toBe(text);
  }
});
