import type { z } from 'zod';
import type { statusSchema } from '../../contract/overview.ts';
import { readSetup } from '../actions/read-setup.ts';
import { programContract } from '../store/schema-contract.ts';
import { reportMachineLearning } from './machine-learning.ts';
import type { StartupParts } from './startup-steps.ts';
import type { StepReport } from './steps.ts';

export type Status = z.infer<typeof statusSchema>;

const STALE_MS = 2_000;
const NOT_YET = {
  state: 'pending',
  step: null,
  programVersion: null,
  startedAt: null,
  finishedAt: null,
  error: null,
} as const;

const NO_BACKUPS = {
  state: 'off',
  lastAt: null,
  lastBytes: null,
  nextAt: null,
  reason: null,
} as const;

/**
 * What /status shows. Reading never waits for the database, which may be the very thing that is down:
 * it shows what was last seen, and looks again in the background.
 */
export class StatusBoard {
  readonly #parts: StartupParts;
  readonly #reports: readonly StepReport[];
  readonly #startedAt: string;
  #setup: Status['setup'] = NOT_YET;
  #queue: Status['queue'] = null;
  #seenAt = 0;

  constructor(options: { parts: StartupParts; reports: readonly StepReport[] }) {
    this.#parts = options.parts;
    this.#reports = options.reports;
    this.#startedAt = options.parts.clock.now().toISOString();
  }

  read(): Status {
    const { programVersion, role, config, schema, log } = this.#parts;
    if (Date.now() - this.#seenAt > STALE_MS) {
      this.refresh().catch((error) => log.warn({ err: error }, 'status could not be refreshed'));
    }
    return {
      version: programVersion,
      role,
      database: config.databaseUrl ? 'external' : 'embedded',
      schema: {
        database: schema?.name ?? null,
        program: programContract().schema,
        minReader: schema?.minReader ?? null,
      },
      startedAt: this.#startedAt,
      steps: this.#reports.map((report) => ({ ...report })),
      setup: this.#setup,
      queue: this.#queue,
      machineLearning: reportMachineLearning(this.#parts),
      backup: this.#parts.backups?.read() ?? NO_BACKUPS,
    };
  }

  async refresh(): Promise<void> {
    this.#seenAt = Date.now();
    const { database, clock, jobs } = this.#parts;
    if (!database) return;
    this.#setup = await readSetup({ database, clock });
    this.#queue = (await jobs?.counts()) ?? null;
  }
}
