import { existsSync } from 'node:fs';
import { Refusal } from '../contract/errors.ts';
import { withCacheLock } from './cache-lock.ts';
import { explain } from './explain-failure.ts';
import type { FileLock } from './file-lock.ts';
import { absentModel, describeModel, type ModelReport } from './models/describe-model.ts';
import { findModel, getModel, inspectModel, shownName } from './models/find-model.ts';
import type { Hub } from './models/hub.ts';
import { installModel } from './models/install-model.ts';
import type { PinnedModel } from './models/pinned-models.ts';
import { backoff, pause } from './pause.ts';
import { markInUse } from './runtime/in-use.ts';
import { installRuntime, isRuntimeReady } from './runtime/install-runtime.ts';
import { findRuntime, runtimeFolder } from './runtime/load-runtime.ts';
import { readManifest } from './runtime/runtime-manifest.ts';

export interface MachineLearningSettings {
  readonly cacheDir: string;
  /** Words that `getModel` understands. */
  readonly models: readonly string[];
  readonly hub: Hub;
  /** Folder with the runtime's package.json and lockfile; the program's own by default. */
  readonly source?: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly random: () => number;
  /** The first seconds belong to those who are waiting for a page. */
  readonly firstPauseMs?: number;
  /** Called at every change of state, not of progress. */
  readonly onChange?: (report: MachineLearningReport) => void;
}

export interface MachineLearningReport {
  readonly state: 'off' | 'absent' | 'waiting' | 'installing' | 'verifying' | 'ready' | 'failed';
  /** One sentence for a person. */
  readonly reason: string;
  /** Of the catalogue of refusals, where it failed. */
  readonly code: string | null;
  /** What is being installed: `runtime`, or a model's name. */
  readonly phase: string | null;
  readonly bytes: { readonly done: number; readonly total: number } | null;
  readonly failures: number;
  readonly nextTryAt: string | null;
  readonly runtimeVersion: string | null;
  readonly models: readonly ModelReport[];
}

const FIRST_PAUSE_MS = 3000;
const LOOK_MS = 60_000;
const FIRST_BACKOFF_MS = 15_000;
const LONGEST_BACKOFF_MS = 3_600_000;
/** What will not change by itself soon: nothing is fetched every hour for it. */
const HOPELESS_BACKOFF_MS = 12 * 3_600_000;

/** A report of a runtime that nobody has looked for yet. */
export function nothingThere(
  state: MachineLearningReport['state'],
  reason: string,
): MachineLearningReport {
  return {
    state,
    reason,
    code: null,
    phase: null,
    bytes: null,
    failures: 0,
    nextTryAt: null,
    runtimeVersion: null,
    models: [],
  };
}

/**
 * Keeps runtime and models installed, in the background, for as long as it runs: installs what is
 * missing, one process at a time, tries again with growing pauses, and says how it is.
 */
export class MachineLearning {
  readonly #settings: MachineLearningSettings;
  readonly #models: readonly PinnedModel[];
  readonly #stopping = new AbortController();
  #report: MachineLearningReport;
  #running: Promise<void> = Promise.resolve();
  #use: FileLock | null = null;
  #isFirstTry = true;

  constructor(settings: MachineLearningSettings) {
    this.#settings = settings;
    this.#models = settings.models.map(getModel);
    const models = this.#models.map((model) => absentModel(model));
    this.#report = { ...nothingThere('absent', 'looked for in a moment'), models };
  }

  report(): MachineLearningReport {
    return this.#report;
  }

  start(): void {
    this.#running = this.#run().catch((error) => {
      // Only a stop ends the loop; everything else has become a state.
      if (!this.#stopping.signal.aborted) throw error;
    });
  }

  /** Ends at once, an installation included; the next start goes on or begins again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#use?.release();
    this.#use = null;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { random, now } = this.#settings;
    for (;;) {
      try {
        await this.#prepare();
        while (this.#isAllThere()) await pause(LOOK_MS, signal);
      } catch (error) {
        signal.throwIfAborted();
        const failures = this.#report.failures + 1;
        const { code, reason, retryAfterMs } = explain(error);
        const firstMs = code === 'runtime_not_loadable' ? HOPELESS_BACKOFF_MS : FIRST_BACKOFF_MS;
        const longestMs = Math.max(firstMs, LONGEST_BACKOFF_MS);
        const waitMs = Math.max(retryAfterMs, backoff(failures, { firstMs, longestMs, random }));
        const nextTryAt = new Date(now().getTime() + waitMs).toISOString();
        await this.#look();
        this.#tell({
          state: 'failed',
          code,
          reason,
          phase: null,
          bytes: null,
          failures,
          nextTryAt,
        });
        await pause(waitMs, signal);
      }
    }
  }

  async #prepare(): Promise<void> {
    const { cacheDir, source } = this.#settings;
    const { signal } = this.#stopping;
    this.#tell({ ...QUIET, state: 'verifying', reason: 'looking at what is installed' });
    if (!(await this.#isReady())) {
      const onWait = () => {
        if (this.#report.state !== 'waiting')
          this.#tell({ ...QUIET, state: 'waiting', reason: 'another process is installing' });
      };
      await this.#letOthersStart();
      const options = { cacheDir, signal, waitMs: Number.POSITIVE_INFINITY, onWait };
      await withCacheLock(options, () => this.#install());
    }
    this.#use ??= markInUse(runtimeFolder(cacheDir, source));
    await this.#look();
    this.#tell({
      ...QUIET,
      state: 'ready',
      reason: 'runtime and models are installed',
      failures: 0,
    });
  }

  /** What is there is used at once; what must be fetched leaves the first seconds to the page. */
  async #letOthersStart(): Promise<void> {
    const { firstPauseMs = FIRST_PAUSE_MS } = this.#settings;
    if (!this.#isFirstTry) return;
    this.#isFirstTry = false;
    this.#tell({ ...QUIET, state: 'absent', reason: 'installation begins in a moment' });
    await pause(firstPauseMs, this.#stopping.signal);
  }

  async #isReady(): Promise<boolean> {
    if (!(await this.#isRuntimeReady())) return false;
    for (const model of this.#models)
      if (!(await inspectModel(this.#settings.cacheDir, model))) return false;
    return true;
  }

  /** A runtime that cannot be loaded is fetched again only where its bytes are to blame. */
  async #isRuntimeReady(): Promise<boolean> {
    const { cacheDir, source } = this.#settings;
    const { signal } = this.#stopping;
    try {
      return await isRuntimeReady({ cacheDir, source, signal });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (await isRuntimeReady({ cacheDir, source, signal, thorough: true, load: false }))
        throw error;
      return false;
    }
  }

  async #install(): Promise<void> {
    const { cacheDir, source, env, now, hub } = this.#settings;
    const { signal } = this.#stopping;
    if (!(await this.#isRuntimeReady())) {
      this.#tell({
        ...QUIET,
        state: 'installing',
        phase: 'runtime',
        reason: 'npm fetches ONNX Runtime',
      });
      const onProgress = (progress: {
        phase: 'installing' | 'verifying';
        bytes: number;
        totalBytes: number;
      }) => this.#progress({ ...progress, state: progress.phase });
      await installRuntime({ cacheDir, source, env, now, signal, onProgress });
    }
    await this.#look();
    let first: unknown;
    for (const model of this.#models) {
      if (await inspectModel(cacheDir, model)) continue;
      const reason = `fetching ${shownName(model)} from ${new URL(hub.url).host}`;
      this.#tell({ ...QUIET, state: 'installing', phase: model.name, reason });
      const onProgress = (progress: { bytes: number; totalBytes: number }) =>
        this.#progress({ ...progress, state: 'installing' });
      await installModel(model, { cacheDir, hub, now, signal, onProgress }).catch((error) => {
        signal.throwIfAborted();
        first ??= error;
      });
    }
    if (first) throw first;
  }

  /** The cache may be emptied under a running server. */
  #isAllThere(): boolean {
    const { cacheDir, source, models } = this.#settings;
    return (
      findRuntime(cacheDir, source) !== null && models.every((word) => findModel(cacheDir, word))
    );
  }

  #progress({
    state,
    bytes,
    totalBytes,
  }: {
    state: 'installing' | 'verifying';
    bytes: number;
    totalBytes: number;
  }): void {
    this.#report = {
      ...this.#report,
      state,
      bytes: { done: Math.round(bytes), total: totalBytes },
    };
  }

  /** Reads what is installed, so that asking for the report costs nothing. */
  async #look(): Promise<void> {
    const { cacheDir, source } = this.#settings;
    const folder = runtimeFolder(cacheDir, source);
    const manifest = existsSync(folder) ? await readManifest(folder) : null;
    const models: ModelReport[] = [];
    for (const model of this.#models) models.push(await describeModel(cacheDir, model));
    this.#report = { ...this.#report, runtimeVersion: manifest?.version ?? null, models };
  }

  #tell(change: Partial<MachineLearningReport>): void {
    this.#report = { ...this.#report, ...change };
    this.#settings.onChange?.(this.#report);
  }
}

const QUIET = { code: null, phase: null, bytes: null, nextTryAt: null } as const;
