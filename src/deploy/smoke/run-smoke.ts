import { openProduct, UnexpectedAnswer } from '../product/product-client.ts';
import { smokeChecks } from './checks.ts';
import type { SmokeCheck, SmokeContext } from './smoke-context.ts';

export interface SmokeOptions {
  readonly url: string;
  /** An administrator's API key, or the server's deploy key. */
  readonly apiKey: string;
  /** For all checks together; default 120. */
  readonly deadlineSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onCheck?: (result: SmokeResult) => void;
  /** Today's calendar day, UTC; default: by the clock. */
  readonly today?: string;
}

export interface SmokeResult {
  readonly name: string;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number;
  /** What was seen, or why it was not tried. */
  readonly note: string;
  /** Only of a failed one. */
  readonly failure?: { readonly where: string; readonly found: string; readonly wanted: string };
}

export interface SmokeReport {
  readonly url: string;
  /** As the server says; null where it did not get so far. */
  readonly version: string | null;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly deadlineSeconds: number;
  readonly checks: readonly SmokeResult[];
}

const DEADLINE_SECONDS = 120;
/** Taking the scratch tenant away again has time of its own, past the deadline. */
const CLEAN_UP_MS = 15_000;

/**
 * Uses the product as a shop does, in a tenant of its own, and says check by check how it went. Never
 * rejects: a server that does not answer is a failed check.
 */
export async function runSmoke(options: SmokeOptions): Promise<SmokeReport> {
  const { url, apiKey, deadlineSeconds = DEADLINE_SECONDS, onCheck } = options;
  const began = performance.now();
  const deadline = AbortSignal.timeout(1000 * deadlineSeconds);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const context: SmokeContext = {
    deployer: openProduct({ url, apiKey, signal }),
    signal,
    today: options.today ?? new Date().toISOString().slice(0, 10),
    version: null,
    scratch: null,
    runId: null,
  };
  const checks: SmokeResult[] = [];
  for (const check of smokeChecks) {
    const result = await carryOut(check, { context, before: checks, deadlineSeconds });
    checks.push(result);
    onCheck?.(result);
  }
  if (context.scratch) await cleanUp(context.scratch.id, { url, apiKey });
  return {
    url: context.deployer.url,
    version: context.version,
    ok: checks.every(({ state }) => state === 'passed'),
    milliseconds: Math.round(performance.now() - began),
    deadlineSeconds,
    checks,
  };
}

interface Situation {
  readonly context: SmokeContext;
  readonly before: readonly SmokeResult[];
  readonly deadlineSeconds: number;
}

async function carryOut(
  { name, title, needs, run }: SmokeCheck,
  { context, before, deadlineSeconds }: Situation,
): Promise<SmokeResult> {
  const missing = needs.find((need) =>
    before.some((done) => done.name === need && done.state !== 'passed'),
  );
  if (missing) return { name, title, state: 'skipped', milliseconds: 0, note: `needs ${missing}` };
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    const note = await run(context);
    return { name, title, state: 'passed', milliseconds: took(), note };
  } catch (error) {
    const failure = failureOf(error, { context, deadlineSeconds });
    const note = `found ${failure.found}, wanted ${failure.wanted}`;
    return { name, title, state: 'failed', milliseconds: took(), note, failure };
  }
}

function failureOf(
  error: unknown,
  { context, deadlineSeconds }: Pick<Situation, 'context' | 'deadlineSeconds'>,
): NonNullable<SmokeResult['failure']> {
  if (error instanceof UnexpectedAnswer) {
    const { where, found, wanted } = error;
    return { where, found, wanted };
  }
  const where = 'the smoke test';
  if (context.signal.aborted)
    return { where, found: 'no answer in time', wanted: `an end within ${deadlineSeconds} s` };
  // An answer of another shape than the contract has breaks where it is read.
  const { message } = error as Error;
  return { where, found: message.slice(0, 300), wanted: 'an answer that keeps the contract' };
}

/** Whatever went wrong before, and past the deadline: a tenant that stays takes one of five places. */
async function cleanUp(id: string, server: { url: string; apiKey: string }): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  const product = openProduct({ ...server, signal });
  // The server sweeps it within the hour where this fails, too.
  await product.send('DELETE', `/api/v1/scratch-tenants/${id}`).catch(() => undefined);
}
