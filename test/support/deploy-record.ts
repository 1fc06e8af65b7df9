import type { DeployRecord } from '../../src/contract/index.ts';

const digest = `sha256:${'3f'.repeat(32)}`;

/** A delivery as the deployer reports it. */
export function deployRecord(change: Partial<DeployRecord> = {}): DeployRecord {
  return {
    id: 'deploy-1',
    kind: 'deploy',
    destination: 'production',
    state: 'succeeded',
    version: '1.4.0',
    image: 'ghcr.io/you/parstock',
    digest,
    previousDigest: `sha256:${'a1'.repeat(32)}`,
    by: 'ada@example.com',
    approvedBy: 'grace@example.com',
    startedAt: '2026-11-20T09:15:00.000Z',
    finishedAt: '2026-11-20T09:16:42.000Z',
    reason: null,
    steps: [
      { name: 'preflight', state: 'done', milliseconds: 812, note: null },
      { name: 'pull', state: 'done', milliseconds: 14_300, note: '3f3f3f3f3f3f' },
      { name: 'switch', state: 'done', milliseconds: 640, note: null },
    ],
    smoke: {
      ok: true,
      milliseconds: 5_100,
      checks: [
        { name: 'sign-in', state: 'passed', milliseconds: 240, note: 'in and out' },
        { name: 'order', state: 'passed', milliseconds: 90, note: null },
      ],
    },
    gate: {
      verdict: 'passed',
      reason: 'RMSSE −1.2 %, SQL +0.3 % over 60 series',
      series: 60,
      rmsseChange: -0.012,
      sqlChange: 0.003,
    },
    ...change,
  };
}
