import { Refusal } from '../../contract/errors.ts';
import { appendLine, EXIT_LEASE_LOST, readFile } from '../commands/folder.ts';
import type { Host } from '../hosts/host.ts';
import { runChecked } from '../hosts/run-checked.ts';
import { type DeployStory, type EntryBody, readStories } from './entry.ts';

export const JOURNAL_FILE = 'journal.jsonl';

/** Writes the entries of one deploy into the journal of one host. */
export interface Journal {
  /** Resolves when the entry, and all that were noted before it, are on the disk. */
  write(entry: EntryBody): Promise<void>;
  /**
   * Keeps an entry for the next write. Good for what only tells how it went: a step whose end was lost is
   * taken back like one that was cut off.
   */
  note(entry: EntryBody): void;
}

export function openJournal(options: {
  host: Host;
  folder: string;
  token: string;
  deployId: string;
  now: () => Date;
}): Journal {
  const { host, folder, token, deployId, now } = options;
  const lineOf = (body: EntryBody) =>
    JSON.stringify({ deploy: deployId, token, at: now().toISOString(), ...body });
  let noted: string[] = [];
  return {
    note: (body) => {
      noted.push(lineOf(body));
    },
    write: async (body) => {
      const lines = [...noted, lineOf(body)];
      const words = appendLine(folder, token, JOURNAL_FILE);
      const outcome = await host.run(words, { input: lines.join('\n') });
      if (outcome.code === EXIT_LEASE_LOST)
        throw new Refusal('lease_lost', { where: host.name, found: `token ${token} is outdated` });
      if (outcome.code !== 0)
        throw new Refusal('host_not_ready', {
          where: `${host.name}:${folder}/${JOURNAL_FILE}`,
          found: outcome.stderr.trim() || `exit code ${outcome.code}`,
          wanted: 'a folder that can be written, with free space',
        });
      noted = [];
    },
  };
}

/** All deploys that the journal of a host tells of, oldest first. */
export async function readJournal(host: Host, folder: string): Promise<DeployStory[]> {
  const words = readFile(`${folder}/${JOURNAL_FILE}`);
  const { stdout } = await runChecked(host, words, { doing: 'reading the journal' });
  return readStories(stdout);
}
