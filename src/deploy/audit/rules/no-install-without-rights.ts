import type { ShellCommand } from '../documents/shell.ts';
import { isRoot } from '../facts/containers.ts';
import type { Draft, Rule } from '../finding.ts';

const files = (command: string, user: string) => ({
  Dockerfile: `FROM python:3.13-slim\nRUN useradd -m app\nCOPY start.sh /start.sh\n${user}CMD ["/start.sh"]\n`,
  'start.sh': `#!/bin/sh\nset -e\n${command}\nexec gunicorn site.wsgi\n`,
});

export const noInstallWithoutRights: Rule = {
  id: 'no-install-without-rights',
  family: 2,
  severity: 'error',
  title: 'A user without rights installs into the system at run time',
  why: 'Package managers need root: the start fails the first time that the branch is taken.',
  fix: 'Install in the image, before USER.',
  references: ['https://docs.docker.com/build/building/best-practices/#user'],
  bad: [
    {
      name: 'apt-get as app',
      files: files('apt-get update && apt-get install -y libgomp1', 'USER app\n'),
    },
    {
      name: 'uv into the system’s Python',
      files: files('uv pip install --system torch', 'USER app\n'),
    },
    { name: 'npm globally', files: files('npm install -g pm2', 'USER 1000\n') },
  ],
  good: [{ name: 'as root', files: files('apt-get install -y libgomp1', '') }],
  *check({ containers }): Generator<Draft> {
    for (const { user, start } of containers) {
      if (!user || isRoot(user.name) || /\$/.test(user.name)) continue;
      for (const { file, command } of start.steps) {
        if (!needsRoot(command) || command.via.some((via) => /^(sudo|gosu|su|doas)$/.test(via)))
          continue;
        const message = `\`${command.text.split('\n')[0]}\` needs root, but the container runs as ${user.name}`;
        yield {
          file,
          line: command.line,
          message,
          related: [{ file: user.file, line: user.line, message: `the user is ${user.name}` }],
        };
      }
    }
  },
};

function needsRoot({ name, words, guarded }: ShellCommand): boolean {
  const text = words.slice(1).join(' ');
  if (guarded && /--version|-v\b/.test(text)) return false;
  if (/^(apt|apt-get|yum|dnf|microdnf|zypper)$/.test(name))
    return /\b(install|update|upgrade)\b/.test(text);
  if (name === 'apk') return /\badd\b/.test(text);
  if (name === 'npm' || name === 'pnpm')
    return (
      /(\s|^)(-g|--global)(\s|$)/.test(text) &&
      /\b(install|i|add)\b/.test(text) &&
      !/--prefix/.test(text)
    );
  if (name === 'yarn') return /^global add\b/.test(text);
  if (name === 'uv')
    return (
      /^pip install\b/.test(text) && /--system\b/.test(text) && !/--target|--prefix/.test(text)
    );
  return /^(update-ca-certificates|ldconfig|useradd|adduser|groupadd|usermod)$/.test(name);
}
