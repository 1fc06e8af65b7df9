import { posix } from 'node:path';
import type { ShellCommand } from '../documents/shell.ts';
import type { Facts } from '../facts/facts.ts';
import { setupScriptsOf } from '../facts/setup-scripts.ts';
import type { Draft, Rule } from '../finding.ts';
import { filesByName } from '../repository/files-by-name.ts';

const entry = (body: string) => ({
  Dockerfile:
    'FROM debian:13-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./entrypoint.sh"]\nCMD ["./server"]\n',
  'entrypoint.sh': `#!/bin/bash\nset -euo pipefail\n${body}\nexec "$@"\n`,
});

export const setupAllOrNothing: Rule = {
  id: 'setup-all-or-nothing',
  family: 5,
  severity: 'warning',
  title: 'A set-up writes several times, with neither a transaction nor a clean-up',
  why: 'When the second write fails, the first stays: the next start finds half a set-up, and its first insert fails on a duplicate.',
  fix: 'Put the writes into one transaction (`psql --single-transaction`, BEGIN … COMMIT, `transaction.atomic`), or undo them in a `trap … ERR`.',
  references: [
    'https://www.postgresql.org/docs/current/app-psql.html',
    'https://docs.djangoproject.com/en/5.2/topics/db/transactions/',
  ],
  bad: [
    {
      name: 'one psql after another',
      files: entry(
        'psql -c "CREATE ROLE app"\npsql -c "INSERT INTO tenants VALUES (1)"\npsql -f seed.sql',
      ),
    },
    {
      name: 'a SQL file without a transaction',
      files: {
        ...entry('psql -f setup.sql'),
        'setup.sql':
          "INSERT INTO tenants VALUES (1, 'main');\nINSERT INTO users VALUES (1, 1, 'admin');\n",
      },
    },
    {
      name: 'a program without a transaction',
      files: {
        ...entry('python seed.py'),
        'seed.py':
          'def main():\n    tenant = Tenant.objects.create(name="main")\n    User.objects.create(tenant=tenant)\n\nmain()\n',
      },
    },
  ],
  good: [
    {
      name: 'one transaction',
      files: {
        ...entry('psql --single-transaction -v ON_ERROR_STOP=1 -f setup.sql'),
        'setup.sql': 'INSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);\n',
      },
    },
    {
      name: 'in the file',
      files: {
        ...entry('psql -f setup.sql'),
        'setup.sql': 'BEGIN;\nINSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);\nCOMMIT;\n',
      },
    },
    {
      name: 'cleans up after itself',
      files: entry(
        'trap \'psql -c "DROP SCHEMA app CASCADE"\' ERR\npsql -c "CREATE SCHEMA app"\npsql -c "INSERT INTO app.a VALUES (1)"',
      ),
    },
    {
      name: 'an atomic program',
      files: {
        ...entry('python seed.py'),
        'seed.py':
          'with transaction.atomic():\n    Tenant.objects.create()\n    User.objects.create()\n',
      },
    },
  ],
  *check(facts): Generator<Draft> {
    for (const { file, script, start } of setupScriptsOf(facts)) {
      const commands = script.commands;
      const cleans = commands.some(
        ({ name, words }) =>
          name === 'trap' && /\b(ERR|EXIT)\b|\b0\b/.test(words.slice(2).join(' ')),
      );
      const writes = commands.filter(isSqlWrite);
      const inTransaction = writes.every((command) => transactional(command, facts));
      if (writes.length > 1 && !cleans && !inTransaction) {
        const message = `${writes.length} writes into the database, one after the other, in no transaction`;
        yield { file, line: writes[0]!.line, message };
      }
      for (const command of cleans ? [] : commands) yield* sqlFiles(command, { facts, from: file });
      if (start)
        for (const command of commands) {
          const path = programOf(command, facts);
          if (path) yield* program(path, facts);
        }
    }
    for (const { start, development } of facts.containers)
      if (!development)
        for (const { file, kind } of start.files)
          if (kind === 'program') yield* program(file, facts);
  },
};

const client = /^(psql|mysql|mariadb|sqlite3|sqlcmd)$/;
const write =
  /\b(insert\s+into|update\s+\w+\s+set|create\s+(table|role|user|schema|extension|unique|index|type)|alter\s+(table|role|user)|grant\s|delete\s+from|copy\s+\w+\s+from)\b/i;

function sqlText({ words, input, name }: ShellCommand): string {
  const inline = words.filter(
    (_, i) =>
      /^(-c|-e|--command|--execute|-tc|-tAc|-Atc|-qc)$/.test(words[i - 1] ?? '') ||
      (name === 'sqlite3' && i === words.length - 1),
  );
  return [...inline, ...input.map(({ text }) => text)].join('\n');
}

function isSqlWrite(command: ShellCommand): boolean {
  if (!client.test(command.name) || command.substituted) return false;
  return write.test(sqlText(command)) || fileOf(command) !== undefined;
}

function fileOf({ words, text }: ShellCommand): string | undefined {
  const at = words.findIndex((word) => word === '-f' || word === '--file');
  if (at > 0) return words[at + 1];
  return (
    words.find((word) => word.startsWith('--file='))?.slice(7) ??
    /<\s*([\w./-]+\.sql)/.exec(text)?.[1]
  );
}

function transactional(command: ShellCommand, facts: Facts): boolean {
  const { words } = command;
  if (words.includes('-1') || words.includes('--single-transaction')) return true;
  const path = fileOf(command);
  const text = path === undefined ? sqlText(command) : (sqlFile(path, facts)?.text ?? '');
  return /\b(begin|start\s+transaction)\b/i.test(text);
}

function sqlFile(path: string, { repository }: Facts): { file: string; text: string } | undefined {
  const name = posix.basename(path);
  const found = filesByName(repository).get(name) ?? [];
  const [file] = found;
  return found.length === 1 && file ? { file, text: repository.text(file) ?? '' } : undefined;
}

function* sqlFiles(
  command: ShellCommand,
  { facts, from }: { facts: Facts; from: string },
): Generator<Draft> {
  const path = client.test(command.name) ? fileOf(command) : undefined;
  const source = path?.endsWith('.sql') ? sqlFile(path, facts) : undefined;
  if (!source || transactional(command, facts)) return;
  const statements = source.text
    .replace(/--.*$/gm, '')
    .split(';')
    .filter((each) => /^\s*(insert|update|delete|copy)\b/i.test(each));
  if (statements.length < 2) return;
  const line = Math.max(
    1,
    source.text.split('\n').findIndex((text) => /^\s*(insert|update|delete|copy)\b/i.test(text)) +
      1,
  );
  const message = `${statements.length} writes, run by ${posix.basename(from)} in no transaction`;
  yield {
    file: source.file,
    line,
    message,
    related: [{ file: from, line: command.line, message: 'runs it' }],
  };
}

const programWrite =
  /\.(create|createMany|insert|insertMany|bulk_create|save|add|insert_one|upsert|get_or_create)\s*\(|\bexecute(many)?\s*\(\s*(f?["'`]|text\()\s*(insert|update|create)|\.create!?\b|\binsert_all\b/i;
const atomic = /\batomic\b|transaction|\bbegin\b|\.begin\(|with\s+\w*session\w*|BEGIN|rollback/i;

/** The file of the repository that a command of a script runs, where its name is the only one. */
function programOf({ words }: ShellCommand, { repository }: Facts): string | undefined {
  const word = words.find((each) => /\.(py|m?js|ts|rb)$/.test(each));
  const found = word === undefined ? [] : (filesByName(repository).get(posix.basename(word)) ?? []);
  return found.length === 1 ? found[0] : undefined;
}

/** A set-up program that writes twice or more; a session is one transaction where it commits once. */
function* program(file: string, facts: Facts): Generator<Draft> {
  if (!/seed|set-?up|init|bootstrap|populate|provision|first/i.test(posix.basename(file))) return;
  if (/__init__/.test(file)) return;
  const lines = facts.repository.lines(file);
  const text = lines.join('\n');
  const writes = lines.flatMap((line, i) =>
    programWrite.test(line) && !/^\s*(#|\/\/)|set\(|\.add\(["']/.test(line) ? [i + 1] : [],
  );
  const commits = text.match(/\.commit\(/g)?.length ?? 0;
  if (writes.length < 2 || atomic.test(text) || commits === 1) return;
  const message = `${writes.length} writes in no transaction, run before the server listens`;
  yield { file, line: writes[0]!, message };
}
