import type { ShellCommand, ShellScript } from '../documents/shell.ts';
import { setupScriptsOf } from '../facts/setup-scripts.ts';
import type { Draft, Rule } from '../finding.ts';

const entry = (text: string) => ({
  Dockerfile:
    'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./entrypoint.sh"]\nCMD ["gunicorn", "site.wsgi"]\n',
  'entrypoint.sh': text,
});

export const setErrexit: Rule = {
  id: 'set-errexit',
  family: 5,
  severity: 'error',
  title: 'A set-up script goes on after a command of it failed',
  why: 'The migration fails, the script shrugs, and the server starts on the old schema; the log of the failure scrolls away.',
  fix: 'Begin the script with `set -eu` (bash: `set -euo pipefail`), and look at the few failures that are meant.',
  references: [
    'https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html',
    'https://www.shellcheck.net/wiki/SC2164',
  ],
  bad: [
    {
      name: 'absent',
      files: entry(
        '#!/bin/sh\npython manage.py migrate\npython manage.py loaddata initial.json\nexec "$@"\n',
      ),
    },
    {
      name: 'switched off',
      files: entry(
        '#!/bin/bash\nset -e\nset +e\npython manage.py migrate\npython seed.py\nexec "$@"\n',
      ),
    },
    {
      name: 'failure of the set-up is thrown away',
      files: entry('#!/bin/sh\nset -e\npython manage.py migrate || true\nexec "$@"\n'),
    },
  ],
  good: [
    { name: 'set', files: entry('#!/bin/sh\nset -eu\npython manage.py migrate\nexec "$@"\n') },
    {
      name: 'in the first line',
      files: entry('#!/bin/sh -e\npython manage.py migrate\nexec "$@"\n'),
    },
    { name: 'one chain', files: entry('#!/bin/sh\npython manage.py migrate && exec "$@"\n') },
    { name: 'nothing that could fail half-way', files: entry('#!/bin/sh\nexec "$@"\n') },
    {
      name: 'off for one look at an exit code',
      files: entry(
        '#!/bin/bash\nset -e\nset +e\npython check.py\ncode=$?\nset -e\npython manage.py migrate\nexec "$@"\n',
      ),
    },
  ],
  *check(facts): Generator<Draft> {
    for (const { file, script, start } of setupScriptsOf(facts)) {
      const severity = start ? 'error' : 'warning';
      const off = switchedOff(script);
      const [first] = effects(script);
      const several = script.commands.filter(isEffect).length > 1;
      if (off)
        yield {
          file,
          line: off.line,
          severity,
          message: '`set +e` stays in force for the set-up that follows it',
        };
      else if (!isSet(script) && first && (start || several)) {
        const message = `there is no \`set -e\`: after \`${short(first)}\` failed, the script goes on`;
        yield {
          file,
          line: first.line,
          severity,
          message,
          edit: startsPlainly(facts.repository.lines(file))
            ? { file, line: 2, count: 0, lines: ['set -e'] }
            : undefined,
        };
      }
      for (const command of ignored(script)) {
        const message = `a failure of \`${short(command)}\` is thrown away`;
        yield { file, line: command.line, severity: start ? 'error' : 'warning', message };
      }
    }
  },
};

function short({ text }: ShellCommand): string {
  return text.split('\n')[0]!.slice(0, 60);
}

const setting = (command: ShellCommand) => (command.name === 'set' ? command.words.slice(1) : []);

function turnsOn(command: ShellCommand): boolean {
  const words = setting(command);
  return words.some(
    (word, i) => /^-[a-zA-Z]*e/.test(word) || (word === 'errexit' && words[i - 1]?.startsWith('-')),
  );
}

function isSet({ shebang, commands }: ShellScript): boolean {
  const inFirstLine = /sh\s+-[a-zA-Z]*e/.test(shebang ?? '');
  // with-contenv and s6 scripts, and a sourced prelude, may set it out of sight.
  // Some scripts look at every exit code by hand.
  const looks = commands.some(
    ({ text, assignments }) =>
      /\$\?/.test(text) || assignments.some(({ value }) => value.includes('$?')),
  );
  return (
    looks ||
    inFirstLine ||
    commands.some(turnsOn) ||
    commands.some(({ name }) => name === 'source' || name === '.') ||
    commands.some(({ name, words }) => name === 'trap' && words.includes('ERR'))
  );
}

/** A `set +e` that no `set -e` ends, with work behind it whose exit code nobody asks for. */
function switchedOff(script: ShellScript): ShellCommand | undefined {
  const { commands } = script;
  const at = commands.findLastIndex((command) =>
    setting(command).some(
      (word, i, all) =>
        /^\+[a-zA-Z]*e/.test(word) || (word === 'errexit' && all[i - 1]?.startsWith('+')),
    ),
  );
  if (at < 0 || commands.slice(at).some(turnsOn)) return undefined;
  const { inFunction } = commands[at]!;
  const after = commands.slice(at + 1);
  const rest = inFunction ? after.filter((command) => command.inFunction === inFunction) : after;
  if (
    rest.some(
      ({ text, assignments }) =>
        /\$\?/.test(text) || assignments.some(({ value }) => value.includes('$?')),
    )
  )
    return undefined;
  return rest.some(isEffect) ? commands[at] : undefined;
}

const effect =
  /(?<![a-z])(migrate|migration|migrations|seed|loaddata|createsuperuser|db:(setup|seed|create|prepare|schema:load|migrate)|alembic|prisma (db|migrate)|knex migrate|sequelize db|typeorm|flyway|liquibase|dbmate|goose|psql|mysql|pg_restore|initdb|collectstatic|initialize|init[-_]?db|create[-_]?admin|create[-_]?tables?|upgrade head|aerich upgrade|flask db|ecto\.migrate|doctrine:migrations|sqlite3|createdb|set-?up[-_]database)(?![a-z])/i;

function isEffect(command: ShellCommand): boolean {
  const { name, text, conditional, guarded, substituted, words } = command;
  if (
    guarded ||
    substituted ||
    command.via.includes('exec') ||
    name === '' ||
    /^(echo|printf|log|info|exec|if|\[|test|export|until|while|local|readonly|pg_isready|wait|which|command|type|grep|declare|typeset|readonly|trap|set)$/.test(
      name,
    )
  )
    return false;
  if (conditional && /-c\s+['"]?(select 1|\\q)/i.test(text)) return false;
  return (
    effect.test(`${words.join(' ')}`) &&
    !/--check\b|--plan\b|\bshowmigrations\b|--help|--version/.test(text)
  );
}

function effects(script: ShellScript): ShellCommand[] {
  const found = script.commands.filter(isEffect);
  const last = script.commands.at(-1);
  // The last command's failure is the script's own; a chain of && ends by itself.
  return found.filter(
    (command) => command !== last && command.text !== last?.text && !isChained(script, command),
  );
}

/** `migrate && exec server`: the failure ends the chain, and with it the script. */
function isChained({ commands }: ShellScript, command: ShellCommand): boolean {
  const at = commands.indexOf(command);
  const next = commands[at + 1];
  if (!next || at < 0) return true;
  return next.chained === true;
}

/** `migrate || true`: only set-up whose failure matters, not a probe or a clean-up. */
function ignored({ commands }: ShellScript): ShellCommand[] {
  return commands.filter((command, i) => {
    const next = commands[i + 1];
    if (!command.guarded || !next?.conditional || !/^(true|:)$/.test(next.name)) return false;
    if (
      command.substituted ||
      !/\b(migrate|db:migrate|db:schema:load|loaddata|migrate deploy|upgrade head|ecto\.migrate)\b/.test(
        command.words.join(' '),
      )
    )
      return false;
    return next.line <= command.endLine + 1;
  });
}

function startsPlainly(lines: readonly string[]): boolean {
  return /^#!.*\b(ba|da|a)?sh\s*$/.test(lines[0] ?? '');
}
