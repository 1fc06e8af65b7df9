import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { type ReleaseReport, release } from './index.ts';

/** A repository that can be released, to be spoilt in one way at a time. */
let folder: string;
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words], {
    cwd: folder,
    stdio: 'pipe',
  });
const write = (name: string, text: string | object) =>
  writeFileSync(join(folder, name), typeof text === 'string' ? text : JSON.stringify(text));
const commit = (message: string) => {
  git('add', '.');
  git('commit', '--quiet', '-m', message);
};

const manifest = { name: 'shop', version: '1.2.3', dependencies: { zod: '4.6.7' } };
const lock = { name: 'shop', version: '1.2.3', packages: { '': manifest } };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-release-test-'));
  git('init', '--quiet');
  write('package.json', manifest);
  write('package-lock.json', lock);
  write('CHANGELOG.md', '# Changes\n\n## Unreleased\n\n## 1.2.3 - 2026-11-23\n- Something new\n');
  commit('Release 1.2.3');
  git('tag', 'v1.2.3');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tryOut(change: { push?: boolean; smoke?: boolean } = {}): Promise<ReleaseReport> {
  return release({
    folder,
    repository: 'registry.example/shop',
    output: join(folder, 'release'),
    smoke: true,
    push: true,
    dryRun: true,
    env: process.env,
    say: () => undefined,
    ...change,
  });
}

/** What the refusal names as wrong. */
async function wrong(): Promise<string> {
  const error = await tryOut().then(
    () => undefined,
    (reason: Refusal) => reason,
  );
  expect(error?.code).toBe('release_not_ready');
  return ((error as Refusal).details.found as string[]).join('\n');
}

describe('a release is refused', () => {
  test('with uncommitted files', async () => {
    write('left-lying-about.txt', 'x');
    expect(await wrong()).toMatch(/^tree: found \?\? left-lying-about\.txt, wanted a clean tree$/);
  });

  test('without the tag of its version, or with another', async () => {
    git('tag', '--delete', 'v1.2.3');
    expect(await wrong()).toBe('tag: found no tag, wanted v1.2.3');
    git('tag', 'v1.2.4');
    expect(await wrong()).toBe('tag: found v1.2.4, wanted v1.2.3');
  });

  test.each([
    ['no entry', '# Changes\n\n## Unreleased\n- Something\n', /no such heading/],
    ['an empty one', '# Changes\n\n## 1.2.3\n\n## 1.2.2\n- Old\n', /without a line below/],
    ['one of another version', '# Changes\n\n## 1.2.30\n- Other\n', /no such heading/],
  ])('where the change log has %s', async (_what, text, found) => {
    write('CHANGELOG.md', text);
    commit('Change the log');
    git('tag', '--force', 'v1.2.3');
    expect(await wrong()).toMatch(found);
  });

  test.each([
    ['of another version', { ...lock, packages: { '': { ...manifest, version: '1.2.2' } } }],
    ['with another dependency', { ...lock, packages: { '': { ...manifest, dependencies: {} } } }],
  ])('with a lockfile %s', async (_what, changed) => {
    write('package-lock.json', changed);
    commit('Spoil the lockfile');
    git('tag', '--force', 'v1.2.3');
    expect(await wrong()).toMatch(/^lockfile: found another (version|dependencies)/);
  });

  test('with everything that is wrong at once', async () => {
    git('tag', '--delete', 'v1.2.3');
    write('CHANGELOG.md', '# Changes\n');
    const found = await wrong();
    for (const name of ['tree', 'tag', 'changelog']) expect(found).toMatch(`${name}: `);
  });

  test('where there is nothing to release', async () => {
    rmSync(join(folder, 'package.json'));
    await expect(tryOut()).rejects.toBeInstanceOf(Refusal);
  });
});

describe('a dry run', () => {
  test('names the commands, and runs none of them', async () => {
    const report = await tryOut();
    expect(report).toMatchObject({ version: '1.2.3', tag: 'v1.2.3', digest: null, dryRun: true });
    const said = report.commands.map((words) => words.slice(0, 2).join(' '));
    expect(said).toEqual([
      'git -C',
      'tar -x',
      'rm <tagged files>.tar',
      'docker build',
      'npm sbom',
      'docker push',
    ]);
    expect(git('status', '--porcelain').toString()).toBe('');
  });

  test('the image is of the tagged commit, by version and revision', async () => {
    const { commands, image, revision } = await tryOut();
    expect(image).toBe('registry.example/shop:1.2.3');
    expect(commands.find(([, word]) => word === 'build')).toContain(`REVISION=${revision}`);
    expect(revision).toBe(git('rev-parse', 'HEAD').toString().trim());
  });

  test('does not push what is to be kept', async () => {
    const { commands } = await tryOut({ push: false });
    expect(commands.flat()).not.toContain('push');
  });
});
