import type { AccuracyReport, DeployRecord } from '../../contract/index.ts';
import {
  type AccuracyComparison,
  compareAccuracy,
  measureAccuracy,
} from '../accuracy-gate/index.ts';
import type { DestinationSettings } from '../configuration/schema.ts';
import { UnexpectedAnswer } from '../product/product-client.ts';
import { runSmoke, type SmokeReport } from '../smoke/index.ts';
import { watchServer } from '../watch/index.ts';
import type { CheckAddress, Checks } from './checks.ts';

/** The checks of the product itself, as the settings of a destination ask for them. */
export function productChecks(settings: DestinationSettings): Checks {
  const { gate, watch } = settings;
  const sample = { seed: gate.seed, sampleSize: gate.series };
  return {
    smoke: async ({ url, apiKey = '', signal }) => {
      const report = await runSmoke({ url, apiKey, signal });
      return { ok: report.ok, words: smokeWords(report), report: recorded(report) };
    },
    measure: (address) => measured(address, sample),
    gate: async (candidate, running) => {
      if (running === undefined)
        return { ok: true, words: 'not judged: the old version cannot score itself' };
      const result = await compareAccuracy(
        { running: running as AccuracyReport, candidate },
        { ...sample, tolerance: gate.tolerance },
      );
      return {
        ok: result.verdict !== 'breached',
        words: result.reason,
        report: gateRecord(result),
      };
    },
    watch: async ({ url, signal }, say) => {
      const result = await watchServer({
        url,
        signal,
        windowSeconds: watch.seconds,
        thresholds: {
          maxErrorRate: watch.errorRate,
          maxP95Seconds: watch.p95Seconds,
          maxFailedJobs: watch.failedJobs,
        },
        onSample: ({ requests, errors }, left) =>
          say(`${requests} answers, ${errors} errors, ${Math.ceil(left)} s left`),
      });
      const { ok, breach, requests, errors, seconds } = result;
      const words = `${requests} answers, ${errors} errors in ${seconds.toFixed(0)} s`;
      return { ok, words: breach ?? words };
    },
  };
}

const UNKNOWN_TO_OLDER_VERSIONS = 404;

async function measured(
  address: CheckAddress,
  sample: { seed: number; sampleSize: number },
): Promise<AccuracyReport | undefined> {
  try {
    return await measureAccuracy(address, sample);
  } catch (error) {
    if (error instanceof UnexpectedAnswer && error.status === UNKNOWN_TO_OLDER_VERSIONS)
      return undefined;
    throw error;
  }
}

function smokeWords({ checks, milliseconds }: SmokeReport): string {
  const failed = checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0)
    return `${checks.length} passed in ${(milliseconds / 1000).toFixed(1)} s`;
  return failed
    .map(({ title, failure, note }) =>
      failure
        ? `${title}: ${failure.where} found ${failure.found}, wanted ${failure.wanted}`
        : `${title}: ${note}`,
    )
    .join('; ');
}

function recorded({ ok, milliseconds, checks }: SmokeReport): DeployRecord['smoke'] {
  return {
    ok,
    milliseconds,
    checks: checks.map(({ name, state, milliseconds: ms, note }) => ({
      name,
      state,
      milliseconds: ms,
      note: note.slice(0, 1000),
    })),
  };
}

function gateRecord(result: AccuracyComparison): DeployRecord['gate'] {
  const change = (name: 'rmsse' | 'sql') =>
    result.measures.find((one) => one.name === name)?.change ?? null;
  return {
    verdict: result.verdict,
    reason: result.reason.slice(0, 1000),
    series: result.series,
    rmsseChange: change('rmsse'),
    sqlChange: change('sql'),
  };
}
