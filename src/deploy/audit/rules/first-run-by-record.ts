import type { ShellBranch } from '../documents/shell.ts';
import { initProgramsOf, setupScriptsOf } from '../facts/setup-scripts.ts';
import type { Draft, Rule } from '../finding.ts';

const image = {
  Dockerfile:
    'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./entrypoint.sh"]\nCMD ["gunicorn", "site.wsgi"]\n',
};
const entry = (body: string) => ({
  ...image,
  'entrypoint.sh': `#!/bin/sh\nset -e\n${body}\nexec "$@"\n`,
});

export const firstRunByRecord: Rule = {
  id: 'first-run-by-record',
  family: 4,
  severity: 'error',
  title: 'The first run is told by what exists, not by a record that it was completed',
  why: 'A set-up that died half-way leaves the table or the file behind; the next start takes it for done, and serves from half a database.',
  fix: 'Make the set-up repeatable (migrations, upserts), or write a completion record as its last step, in the same transaction, and test for that.',
  references: [
    'https://docs.djangoproject.com/en/5.2/howto/initial-data/',
    'https://12factor.net/admin-processes',
  ],
  bad: [
    {
      name: 'a database file exists',
      files: entry(
        'if [ ! -f /data/app.db ]; then\n  python manage.py migrate\n  python manage.py loaddata initial.json\nfi',
      ),
    },
    {
      name: 'a table is empty',
      files: entry(
        'COUNT=$(psql -tAc "SELECT count(*) FROM users")\nif [ "$COUNT" = "0" ]; then\n  python seed.py\nfi',
      ),
    },
    {
      name: 'a folder is empty',
      files: entry(
        'if [ -z "$(ls -A /var/lib/app)" ]; then\n  ./bin/setup.sh\n  cp -r defaults/. /var/lib/app\nfi',
      ),
    },
    {
      name: 'the marker is written before the work',
      files: entry('[ -f /data/.initialised ] || { touch /data/.initialised; python seed.py; }'),
    },
    {
      name: 'a program counts rows',
      files: {
        ...entry('python seed.py'),
        'seed.py':
          'def main():\n    if User.objects.count() == 0:\n        create_admin()\n        load_products()\n',
      },
    },
  ],
  good: [
    {
      name: 'a record is written last',
      files: entry(
        'if [ ! -f /data/.setup-complete ]; then\n  python manage.py migrate\n  python seed.py\n  touch /data/.setup-complete\nfi',
      ),
    },
    { name: 'repeatable', files: entry('python manage.py migrate') },
    {
      name: 'a configuration file is made if it is missing',
      files: entry('if [ ! -f config.yml ]; then\n  cp config.example.yml config.yml\nfi'),
    },
  ],
  *check(facts): Generator<Draft> {
    for (const { file, script, start } of setupScriptsOf(facts))
      for (const branch of script.branches) {
        const message = complaint(
          branch,
          script.commands.map(({ text, assignments }) => ({ text, assignments })),
        );
        if (message && (start || !/(?<![a-z])-d\b/.test(branch.clause)))
          yield { file, line: branch.line, message, severity: start ? 'error' : 'warning' };
      }
    for (const { file, line, what } of initProgramsOf(facts))
      yield {
        file,
        line,
        severity: 'warning',
        message: `\`${what}\` takes what exists for a completed set-up`,
      };
  },
};

type Known = readonly {
  readonly text: string;
  readonly assignments: readonly { name: string; value: string }[];
}[];

const setup =
  /(?<![a-z])(migrate|migrations?|seed|seeds|loaddata|createsuperuser|db:(setup|seed|create|prepare|schema:load|migrate)|init(ialize|ialise|db)?|setup|bootstrap|install(ation)?|populate|fixtures?|import|restore|pg_restore|initdb|psql|mysql|sqlite3|create-?(admin|user|db|tables?)|load_data|alembic|prisma|knex|sequelize|typeorm|upgrade head|provision|first[-_]?run)(?![a-z])/i;

function complaint(branch: ShellBranch, known: Known): string | undefined {
  const work = branch.body.filter(
    ({ name, text, words }) =>
      name !== '' &&
      !/^(echo|printf|log|info|true|:|sleep|set|export|touch|mkdir|exit|return|local|cd|\[|test|chown|chmod|cp|ln|mv|cat|gosu|wait)$/.test(
        name,
      ) &&
      setup.test(`${words[0]} ${text}`),
  );
  if (work.length === 0) return undefined;
  const kind = testOf(branch, known);
  if (!kind) return undefined;
  if (kind.path !== undefined) {
    const last = branch.body.findLastIndex(({ text }) => writes(text, kind.path!));
    const lastWork = branch.body.lastIndexOf(work.at(-1)!);
    if (last > lastWork && isMarker(branch.body[last]!.text)) return undefined;
    if (last === lastWork && last >= 0 && isMarker(branch.body[last]!.text)) return undefined;
    if (last >= 0 && last < lastWork)
      return `the marker ${kind.path} is written before the set-up is done: a run that dies between the two counts as complete`;
  }
  return `set-up runs only if ${kind.found}: a run that died half-way counts as complete`;
}

function writes(text: string, path: string): boolean {
  return text.includes(path) && /\btouch\b|>|\btee\b|\binstall\b|\bdate\b/.test(text);
}

function isMarker(text: string): boolean {
  return /^\s*(touch|date|echo|printf|:|install|tee|>)/.test(text) || /\|\s*tee/.test(text);
}

/** What the branch tests: a file, a folder's emptiness, or a count or listing from a database. */
function testOf(
  { clause, clauseCommands }: ShellBranch,
  known: Known,
): { found: string; path?: string } | undefined {
  const file =
    /(?:!\s*(?:\[{1,2}|test)?\s*|\[{1,2}\s*!\s*|test\s+!\s+)-([efsd])\s+("[^"]+"|'[^']+'|\S+)/.exec(
      clause,
    );
  if (file) {
    const path = file[2]!.replace(/^["']|["';\]]+$/g, '');
    const isSocket =
      /\.(sock|pid|lock)$|node_modules|vendor|venv|\.env|config|settings|secret|\.key|\.pem|\.crt|cert|dhparam/i.test(
        path,
      );
    return isSocket ? undefined : { found: `${path} does not exist`, path };
  }
  const folder = /-z\s+"?\$\(\s*(ls|find)\b[^)]*\)/.exec(clause) ?? /\bls -A\b/.exec(clause);
  if (folder) return { found: 'a folder is empty' };
  const query =
    /count\s*\(|to_regclass|information_schema|pg_tables|sqlite_master|show tables|\\dt|\bEXISTS\b|\.count\b|\.exists\b|limit 1/i;
  const called = clauseCommands.map(({ text }) => text).join('\n');
  if (query.test(clause) || query.test(called)) return { found: 'a table is missing or empty' };
  const variable = /\$\{?([A-Za-z_]\w*)/.exec(clause)?.[1];
  if (variable === undefined || !/(=|-eq|-lt)\s*["']?(0|f|false|''|"")?|-z\s|-n\s/.test(clause))
    return undefined;
  const value = known
    .flatMap(({ assignments }) => assignments)
    .findLast(({ name }) => name === variable)?.value;
  return value !== undefined && /\$\(|`/.test(value) && query.test(value)
    ? { found: 'a table is missing or empty' }
    : undefined;
}
