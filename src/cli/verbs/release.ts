import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readDeployment } from '../../deploy/configuration/read-deployment.ts';
import { type ReleaseReport, release } from '../../deploy/release/index.ts';
import { badOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface ReleaseWords {
  readonly image?: string;
  readonly base?: string;
  readonly output: string;
  readonly smoke: boolean;
  readonly push: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .argument('[path]', 'folder of the repository', '.')
    .option('--image <repository>', 'where it goes, without a tag; default: as deploy.yml has it')
    .option('--base <image>', "image to build on; default: the Dockerfile's")
    .option('--output <folder>', 'for the bill of materials', 'release')
    .option('--no-smoke', 'do not run and use the image before it is pushed')
    .option('--no-push', 'build and try it out, keep it here')
    .option('--dry-run', 'check, and print the commands')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((path: string, words: ReleaseWords) => run(path, { words, terminal }));
}

const HELP = `
The commit must be clean, tagged with the version of package.json, named in CHANGELOG.md, and have its
lockfile in step. The image is built from the tag's files alone, labelled, run and used like a shop
would, then pushed; the digest is printed: that is what is deployed. Sign in to the registry before
(docker login --password-stdin): no password passes through here.

Examples:
  parstock release --dry-run
  parstock release --image ghcr.io/you/parstock --json

Exit codes: 0 released, 1 refused or failed (nothing half-pushed), 2 the command was not understood.
`;

async function run(
  path: string,
  { words, terminal }: { words: ReleaseWords; terminal: Terminal },
): Promise<void> {
  const report = await release({
    folder: path,
    repository: repositoryOf(path, words.image),
    ...(words.base && { base: words.base }),
    output: words.output,
    smoke: words.smoke,
    push: words.push,
    dryRun: words.dryRun ?? false,
    env: terminal.env,
    say: (line) => terminal.note(line),
  });
  await terminal.out(words.json ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
}

/** A repository without a tag or a digest; the registry may have a port. */
const REPOSITORY = /^[\w.-]+(:\d+)?(\/[a-z0-9][\w.-]*)+$|^[a-z0-9][a-z0-9._-]*$/;

function repositoryOf(path: string, told: string | undefined): string {
  const file = join(path, 'deploy.yml');
  const repository = told ?? (existsSync(file) ? readDeployment(file).image : undefined);
  if (repository !== undefined && REPOSITORY.test(repository)) return repository;
  const found = repository ?? 'nothing, and no deploy.yml';
  throw badOption('--image', found, 'a repository without a tag, such as ghcr.io/you/parstock');
}

function asText({ dryRun, commands, reference, image, sbom, version }: ReleaseReport): string {
  if (dryRun) {
    const lines = commands.map((command) => `  ${command.map(quoted).join(' ')}\n`);
    return `${version} can be released. Not run:\n${lines.join('')}`;
  }
  return `${reference ?? image}\n${sbom ? `bill of materials: ${sbom}\n` : ''}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
