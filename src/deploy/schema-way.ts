import { Refusal } from '../contract/errors.ts';
import { compareVersions } from '../contract/version.ts';

/** What an image promises of its database, from its labels. */
export interface ImageContract {
  readonly version: string;
  readonly schema: string;
  readonly minReader: string;
  readonly minUpgradeFrom: string;
}

/** How the database stands: the migration it is at, and the oldest program that may run on it. */
export interface DatabaseState {
  readonly schema: string;
  readonly minReader: string;
}

/** The contract of an image; null where its labels do not carry one. */
export function contractOf(labels: Readonly<Record<string, string>>): ImageContract | null {
  const version = labels['org.opencontainers.image.version'];
  const schema = labels['org.parstock.schema'];
  const minReader = labels['org.parstock.min-reader'];
  const minUpgradeFrom = labels['org.parstock.min-upgrade-from'];
  return version && schema && minReader && minUpgradeFrom
    ? { version, schema, minReader, minUpgradeFrom }
    : null;
}

/** What a change of versions means for the data. */
export interface SchemaWay {
  readonly migrates: boolean;
  /** Whether the version that serves now could run on the data afterwards. */
  readonly wayBack: boolean;
  /** The same in a sentence, for a person and the journal. */
  readonly words: string;
}

/**
 * Judges a change before anything is touched: can the new version take over the data, and could the
 * old one take them back? Migrations are compared by name: they are numbered.
 */
export function schemaWay(change: {
  from: string | null;
  to: ImageContract;
  database: DatabaseState | null;
}): SchemaWay {
  const { from, to, database } = change;
  if (database === null || from === null)
    return { migrates: false, wayBack: false, words: 'nothing serves yet: no way back is needed' };
  refuseWhatCannotRun(to, database);
  const migrates = database.schema < to.schema;
  const minReader = migrates ? to.minReader : database.minReader;
  const wayBack = compareVersions(from, minReader) >= 0;
  const doing = migrates ? `migrates ${database.schema} → ${to.schema}` : 'does not migrate';
  const words = wayBack
    ? `${doing}; ${from} can run on the data afterwards`
    : `${doing}; NO WAY BACK to ${from} but the backup: the data will ask for ${minReader} or newer`;
  return { migrates, wayBack, words };
}

function refuseWhatCannotRun(to: ImageContract, database: DatabaseState): void {
  const ahead = database.schema > to.schema;
  if (ahead && compareVersions(to.version, database.minReader) < 0)
    throw new Refusal('schema_forbids', {
      found: `the data are at ${database.schema}`,
      wanted: `version ${database.minReader} or newer, not ${to.version}`,
      next: 'restore the backup that was made before that migration (parstock restore), which brings the older version’s data with it, or go on to a newer version',
    });
  if (!ahead && database.schema < to.minUpgradeFrom)
    throw new Refusal('schema_forbids', {
      found: `the data are at ${database.schema}`,
      wanted: `${to.minUpgradeFrom} or later for version ${to.version}`,
      next: 'deploy a version in between first, then this one',
    });
}
