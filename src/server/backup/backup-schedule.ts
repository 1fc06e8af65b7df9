import type { Logger } from 'pino';
import { Refusal } from '../../contract/errors.ts';
import type { BackupStatus } from '../../contract/overview.ts';
import type { Config } from '../config.ts';
import { type BackupFile, listBackups, sweepFolder } from './backup-folder.ts';
import { type BackupReport, makeBackup } from './make-backup.ts';

export interface ScheduleOptions {
  readonly config: Pick<
    Config,
    'backupDir' | 'backupEveryHours' | 'backupKeep' | 'backupPassphrase'
  >;
  readonly connectionString: string;
  readonly uploadFolder: string;
  readonly program: string;
  readonly now: () => Date;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface BackupSchedule {
  read(): BackupStatus;
  /** Looks whether a backup is due, and makes it; by itself it looks once a minute. */
  look(): Promise<void>;
  /** Gives up a backup that is under way, without leaving anything of it. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A start has better things to do; half of it is chance, so that replicas do not begin in step. */
const SETTLE_MS = 5 * 60_000;
const FIRST_RETRY_MS = 15 * 60_000;

interface State {
  last: BackupFile | null;
  running: Promise<void> | null;
  failures: number;
  failedAt: number;
  reason: string | null;
}

/** Makes backups while the server runs. A failure is shown, logged and tried again; it stops nothing. */
export function startBackupSchedule(options: ScheduleOptions): BackupSchedule {
  const { config, now, log } = options;
  const stopping = new AbortController();
  const state: State = { last: null, running: null, failures: 0, failedAt: 0, reason: null };
  const notBefore = now().getTime() + SETTLE_MS * (0.5 + Math.random() / 2);
  const dueAt = () => due(state, { notBefore, everyMs: config.backupEveryHours * HOUR_MS });
  const work = async () => {
    state.last = (await listBackups(config.backupDir))[0] ?? null;
    await sweepFolder(config.backupDir);
    const at = dueAt();
    if (at === null || at > now().getTime() || stopping.signal.aborted) return;
    await attempt({ ...options, signal: stopping.signal }, state);
  };
  const look = () => {
    state.running ??= work()
      .catch((error) => log.warn({ err: error }, 'the folder of the backups could not be read'))
      .finally(() => {
        state.running = null;
      });
    return state.running;
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  void look();
  return {
    look,
    read: () => describe(state, dueAt()),
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await state.running;
    },
  };
}

function due(
  { last, failures, failedAt }: State,
  { notBefore, everyMs }: { notBefore: number; everyMs: number },
): number | null {
  if (everyMs === 0) return null;
  if (failures > 0) return failedAt + Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), everyMs);
  const afterLast = last ? Date.parse(last.header.instant) + everyMs : 0;
  return Math.max(afterLast, notBefore);
}

async function attempt(
  options: ScheduleOptions & { signal: AbortSignal },
  state: State,
): Promise<void> {
  const { config, log, now, signal } = options;
  state.reason = UNDER_WAY;
  try {
    const report = await makeBackup({
      ...options,
      folder: config.backupDir,
      keep: config.backupKeep,
      passphrase: config.backupPassphrase,
    });
    log.info(report, 'backup made');
    await noteSuccess(state, { report, folder: config.backupDir });
  } catch (error) {
    state.reason = null;
    if (signal.aborted) return;
    // Another replica is at it: its backup counts for us, too.
    if (error instanceof Refusal && error.code === 'backup_under_way') return;
    state.failures++;
    state.failedAt = now().getTime();
    state.reason = reasonOf(error);
    log.error({ err: error, details: (error as Refusal).details }, 'backup failed');
  }
}

const UNDER_WAY = 'being made';

async function noteSuccess(
  state: State,
  { report, folder }: { report: BackupReport; folder: string },
): Promise<void> {
  state.failures = 0;
  state.reason = null;
  state.last = (await listBackups(folder)).find(({ path }) => path === report.path) ?? null;
}

/** What an administrator is told; a fault's own words go to the log alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Refusal)) return 'Something went wrong; the log says what.';
  const { where, found } = error.details;
  const facts = [where, found].filter((fact) => typeof fact === 'string');
  return [error.message, ...facts].join(' ');
}

function describe(state: State, dueAt: number | null): BackupStatus {
  const { last, failures, reason } = state;
  const running = reason === UNDER_WAY;
  const idle = dueAt === null ? 'off' : failures > 0 ? 'failed' : 'waiting';
  return {
    state: running ? 'running' : idle,
    lastAt: last?.header.instant ?? null,
    lastBytes: last?.bytes ?? null,
    nextAt: dueAt === null || running ? null : new Date(dueAt).toISOString(),
    reason: running ? null : reason,
  };
}
