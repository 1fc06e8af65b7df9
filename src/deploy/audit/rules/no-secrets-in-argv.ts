import type { ShellCommand } from '../documents/shell.ts';
import { allCommands } from '../facts/all-commands.ts';
import type { Facts } from '../facts/facts.ts';
import type { Draft, LineEdit, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

const ci = (run: string) => ({
  '.github/workflows/ci.yml': `on: push\npermissions: {}\njobs:\n  push:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: ${run}\n`,
});

export const noSecretsInArgv: Rule = {
  id: 'no-secrets-in-argv',
  family: 9,
  severity: 'warning',
  title: 'A secret in a command line',
  why: 'Every process of the machine can read another’s arguments; shells, traces and error messages repeat them.',
  fix: 'Hand it over on standard input or in the environment: `printf %s "$TOKEN" | docker login --password-stdin`.',
  references: [
    'https://docs.docker.com/reference/cli/docker/login/#password-stdin',
    'https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets',
  ],
  bad: [
    {
      name: 'docker login -p',
      files: ci('docker login -u ci -p ${{ secrets.REGISTRY_PASSWORD }} registry.example'),
    },
    {
      name: 'by a variable',
      files: {
        'scripts/login.sh':
          '#!/bin/sh\nset -e\ndocker login -u ci -p "$REGISTRY_PASSWORD" registry.example\n',
      },
    },
    {
      name: 'sent to a host',
      files: deployExample(
        '      - run: ssh deploy@shop.example "DB_PASSWORD=${{ secrets.DB_PASSWORD }} ./switch.sh"',
      ),
    },
    {
      name: 'sshpass',
      files: ci("sshpass -p '${{ secrets.SSH_PASSWORD }}' ssh deploy@shop.example true"),
    },
  ],
  good: [
    {
      name: 'on standard input',
      files: ci(
        'echo "${{ secrets.REGISTRY_PASSWORD }}" | docker login -u ci --password-stdin registry.example',
      ),
    },
    {
      name: 'in the environment',
      files: ci('printf %s "$TOKEN" | docker login -u ci --password-stdin registry.example'),
    },
  ],
  *check(facts): Generator<Draft> {
    for (const { file, command, source } of allCommands(facts)) {
      const found = exposed(command, source === 'workflow');
      if (!found) continue;
      const edit =
        found.kind === 'docker login' ? onStandardInput(file, { command, facts }) : undefined;
      yield {
        file,
        line: command.line,
        endLine: command.endLine,
        message: found.message,
        severity: found.certain ? 'error' : 'warning',
        edit,
      };
    }
    yield* byVariables(facts);
  },
};

/** A step's variable that holds a secret, given to curl as an argument: worth knowing, no more. */
function* byVariables({ workflows }: Facts): Generator<Draft> {
  for (const { file, jobs } of workflows)
    for (const { run, env } of jobs.flatMap(({ steps }) => steps)) {
      const secret = [...env].filter(([, { value }]) => /\$\{\{\s*secrets\./.test(value));
      for (const { name, words, line, endLine } of run?.script.commands ?? []) {
        if (name !== 'curl' && name !== 'wget') continue;
        const [held] =
          secret.find(
            ([variable]) => isSecret(variable) && words.some((word) => holds(word, variable)),
          ) ?? [];
        const message = `$${held} holds a secret, and is an argument of ${name}`;
        if (held) yield { file, line, endLine, message, severity: 'note', fix: FROM_A_FILE };
      }
    }
}

const FROM_A_FILE =
  'Let curl read it: `curl --config - <<< "header = \\"Authorization: Bearer $TOKEN\\""`.';

function holds(word: string, variable: string): boolean {
  return word.includes(`$${variable}`) || word.includes(`\${${variable}}`);
}

const builtins = /^(echo|printf|export|read|set|test|\[|\[\[|if|local|declare|cat|:|)$/;

function exposed(
  command: ShellCommand,
  inWorkflow: boolean,
): { message: string; kind?: string; certain?: boolean } | undefined {
  const { name, words, via } = command;
  const line = words.slice(1).join(' ');
  if (/^(docker|podman|buildah|oras|helm|skopeo)$/.test(name) && /\blogin\b/.test(line)) {
    const value = /(?:\s-p[ =]?|--password[ =])(["']?\$[^\s]+)/.exec(` ${line}`)?.[1];
    return value
      ? {
          message: `${name} login takes ${value} as an argument`,
          kind: `${name} login`,
          certain: isSecret(value),
        }
      : undefined;
  }
  if (name === 'sshpass' && /(^|\s)-p\s*\S*\$/.test(line))
    return { message: 'sshpass takes the password as an argument', certain: true };
  if (
    /^(mysql|mysqldump|mariadb|mysqladmin)$/.test(name) &&
    /(^|\s)(-p\$|--password=\S*\$)/.test(line)
  )
    return { message: `${name} takes the password as an argument`, certain: false };
  if (!inWorkflow || builtins.test(name)) return undefined;
  const secret = /\$\{\{\s*secrets\.([A-Za-z_]\w*)[^}]*\}\}/.exec(words.join(' '))?.[1];
  if (
    !secret ||
    /(^|_)(HOST(NAME)?|USER(NAME)?|PORT|URL|REGION|BUCKET|DOMAIN|NAME|ID|PATH|IP|SERVER|ADDRESS|EMAIL|PROJECT|ORG|REPO|REGISTRY|APP)$/i.test(
      secret,
    )
  )
    return undefined;
  // What runs at the far end of ssh was in the argument list of ssh here.
  if (via.includes('ssh')) return undefined;
  if (name === 'ssh')
    return {
      message: `secrets.${secret} is part of the command line that ssh sends`,
      certain: false,
    };
  return { message: `secrets.${secret} is an argument of ${name}`, certain: false };
}

function isSecret(value: string): boolean {
  return (
    /secrets\.|PASS|TOKEN|SECRET|KEY|PWD/i.test(value) && !/GITHUB_TOKEN|github\.token/.test(value)
  );
}

/** `docker login -u a -p B host` alone on its line becomes `printf %s B | docker login … --password-stdin`. */
function onStandardInput(
  file: string,
  { command, facts }: { command: ShellCommand; facts: Facts },
): LineEdit | undefined {
  if (command.line !== command.endLine || command.via.length > 0) return undefined;
  const line = facts.repository.lines(file)[command.line - 1] ?? '';
  const at = line.indexOf(command.text);
  const form = /\s(?:-p|--password)[ =]("[^"]+"|\$\{\{[^}]*\}\}|\$\w+|\$\{\w+\})/.exec(
    command.text,
  );
  if (at < 0 || !form || /[|&;]/.test(line.slice(0, at)) || /^\s*(- )?run:/.test(line))
    return undefined;
  const value = form[1]!.startsWith('"') ? form[1]! : `"${form[1]}"`;
  const mended = `printf %s ${value} | ${command.text.replace(form[0], ' --password-stdin')}`;
  return {
    file,
    line: command.line,
    count: 1,
    lines: [line.slice(0, at) + mended + line.slice(at + command.text.length)],
  };
}
