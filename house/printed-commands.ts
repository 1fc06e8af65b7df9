/**
 * Runs the commands that README.md shows in its `console` blocks, and puts their real output there:
 * node house/printed-commands.ts
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const BLOCK = /```console\n\$ ([\s\S]*?)\n((?:(?!\$ )[\s\S])*?)```/g;

/** The page with the output that the commands print now. */
export function withRealOutput(page: string): string {
  return page.replace(BLOCK, (_, first: string, rest: string) => {
    const { command, shown } = commandOf(first, rest);
    return `\`\`\`console\n$ ${shown}\n${outputOf(command)}\`\`\``;
  });
}

/** A command may go on over lines that end in a backslash. */
function commandOf(first: string, rest: string): { command: string; shown: string } {
  const lines = [first];
  const following = rest.split('\n');
  while (lines.at(-1)!.endsWith('\\')) lines.push(following.shift()!);
  const shown = lines.join('\n');
  return { shown, command: shown.replaceAll('\\\n', ' ') };
}

function outputOf(command: string): string {
  const real = command.replace(/^npx parstock/, `"${process.execPath}" bin/parstock.mjs`);
  return execFileSync('bash', ['-c', `set -o pipefail; ${real}`], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = `${root}README.md`;
  writeFileSync(path, withRealOutput(readFileSync(path, 'utf8')));
  console.log(`Wrote ${path}`);
}
