import { Refusal } from '../../contract/errors.ts';
import { appendLine, EXIT_LEASE_LOST, readFile } from '../commands/folder.ts';
import type { Host } from '../hosts/host.ts';
import { runChecked } from '../hosts/run-checked.ts';
import { type DeployStory, type EntryBody, readStories } from './entry.ts';

export const JOURNAL_FILE = 'journal.jsonl';

/** Writes the entries of one deploy into the journal of one host. */
export interface Journal {
  write(entry: EntryBody): Promise<void>;
}

export function openJournal(options: {
  host: Host;
  folder: string;
  token: string;
  deployId: string;
  now: () => Date;
}): Journal {
  const { host, folder, token, deployId, now } = options;
  return {
    write: async (body) => {
      const entry = { deploy: deployId, token, at: now().toISOString(), ...body };
      const words = appendLine(folder, token, JOURNAL_FILE);
      const outcome = await host.run(words, { input: JSON.stringify(entry) });
      if (outcome.code === EXIT_LEASE_LOST)
        throw new Refusal('lease_lost', { where: host.name, found: `token ${token} is outdated` });
      if (outcome.code !== 0)
        throw new Refusal('host_not_ready', {
          where: `${host.name}:${folder}/${JOURNAL_FILE}`,
          found: outcome.stderr.trim() || `exit code ${outcome.code}`,
          wanted: 'a folder that can be written, with free space',
        });
    },
  };
}

/** All deploys that the journal of a host tells of, oldest first. */
export async function readJournal(host: Host, folder: string): Promise<DeployStory[]> {
  const words = readFile(`${folder}/${JOURNAL_FILE}`);
  const { stdout } = await runChecked(host, words, { doing: 'reading the journal' });
  return readStories(stdout);
}
