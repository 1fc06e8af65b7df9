import { expect, test } from 'vitest';
import type { Deploy, DeployList } from '../queries/deploys.ts';
import { changeInWords, servedBy, shortDigest, took } from './deploy-words.ts';

const deploy = (change: Partial<Deploy>): Deploy =>
  ({ id: 'a', state: 'succeeded', version: '1.0.0', digest: 'sha256:aa', ...change }) as Deploy;
const list = (serving: Partial<DeployList['serving']>, items: Deploy[]): DeployList => ({
  serving: { version: '1.0.0', image: null, since: '2026-01-01T00:00:00Z', ...serving },
  items,
});

test('what serves is found by the digest that the server was started from', () => {
  const items = [
    deploy({ id: 'newest', digest: 'sha256:bb' }),
    deploy({ id: 'before', digest: 'sha256:aa' }),
  ];
  const image = 'ghcr.io/you/parstock@sha256:aa';
  expect(servedBy(list({ image }, items))?.id).toBe('before');
});

test('by the version where the server was not told, and never by a failed deploy', () => {
  const items = [deploy({ id: 'failed', state: 'undone' }), deploy({ id: 'good' })];
  expect(servedBy(list({}, items))?.id).toBe('good');
  expect(servedBy(list({ version: '9.9.9' }, items))).toBeNull();
});

test('durations, digests and changes read by themselves', () => {
  expect([took(80), took(1_240), took(75_000)]).toEqual(['80 ms', '1.2 s', '1 min 15 s']);
  expect(shortDigest('sha256:0123456789abcdef')).toBe('0123456789ab');
  expect([
    changeInWords(0.031),
    changeInWords(-0.02),
    changeInWords(0),
    changeInWords(null),
  ]).toEqual(['3.1 % worse', '2.0 % better', 'unchanged', '–']);
});
