import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, runParstock } from '../../../test/support/command-line.ts';

const dockerfile =
  'FROM debian:13\nRUN useradd --create-home app\nUSER app\nHEALTHCHECK CMD true\nCMD ["/app/server"]\n';
const compose =
  'services:\n  web:\n    build: .\n    volumes:\n      - cache:/root/.cache\nvolumes:\n  cache:\n';

function withRepository(
  work: (root: string) => Promise<void>,
  more: Record<string, string> = {},
): Promise<void> {
  return inTemporaryFolder(async (root) => {
    for (const [path, text] of Object.entries({
      Dockerfile: dockerfile,
      'compose.yaml': compose,
      ...more,
    })) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    await work(root);
  });
}

test('quotes the line, says why and what to do, and exits 1', () =>
  withRepository(async (root) => {
    const { code, stdout, stderr } = await runParstock(['audit', root]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^compose\.yaml\n {2}error +\/root\/\.cache is in root’s home/);
    expect(stdout).toContain('5 │       - cache:/root/.cache');
    expect(stdout).toContain('fix  Mount it at /home/app/.cache');
    expect(stdout).toContain('2 files read: 1 error, 0 warnings, 0 notes');
    expect(stdout).not.toContain('\u001b');
  }));

test('exits 0 below the chosen severity, 2 for what is not understood', () =>
  withRepository(
    async (root) => {
      expect((await runParstock(['audit', root, '--severity', 'error'])).code).toBe(0);
      expect((await runParstock(['audit', root])).code).toBe(1);
      expect((await runParstock(['audit', root, '--severity', 'fatal'])).code).toBe(2);
      expect((await runParstock(['audit', root, '--explain', 'nothing'])).code).toBe(2);
      const missing = await runParstock(['audit', join(root, 'nowhere')]);
      expect(missing.stderr).toContain('(file_not_readable)');
    },
    { 'compose.yaml': 'services: {}\n', Dockerfile: dockerfile.replace('debian:13', 'debian') },
  ));

test('a fingerprint survives lines that come above it; a baseline holds what was accepted', () =>
  withRepository(async (root) => {
    const fingerprints = async () => {
      const { stdout } = await runParstock(['audit', root, '--json']);
      const { findings } = JSON.parse(stdout) as {
        findings: { fingerprint: string; line: number }[];
      };
      return findings;
    };
    const [before] = await fingerprints();
    const baseline = join(root, 'baseline.json');
    expect((await runParstock(['audit', root, '--write-baseline', baseline])).code).toBe(0);
    writeFileSync(join(root, 'compose.yaml'), `# a line more\n${compose}`);
    const [after] = await fingerprints();
    expect(after).toEqual({ ...before, line: before!.line + 1 });
    const { code, stdout } = await runParstock(['audit', root, '--baseline', baseline]);
    expect(code).toBe(0);
    expect(stdout).toContain('nothing found; 1 accepted by the baseline');
    writeFileSync(join(root, 'compose.yaml'), 'services: {}\n');
    expect((await runParstock(['audit', root, '--baseline', baseline])).stderr).toContain(
      '1 entries of the baseline are no longer found',
    );
    writeFileSync(baseline, '{"version": 9}');
    expect((await runParstock(['audit', root, '--baseline', baseline])).code).toBe(2);
  }));

test('a suppression holds with a reason only', () =>
  withRepository(async (root) => {
    const suppress = (mark: string) =>
      writeFileSync(
        join(root, 'compose.yaml'),
        compose.replace('      - cache', `      # parstock-audit: ${mark}\n      - cache`),
      );
    suppress('ignore mount-into-own-home -- the base image sets HOME');
    const { code, stdout } = await runParstock(['audit', root]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '2 files read: nothing found; 1 suppressed\n',
    });
    suppress('ignore mount-into-own-home');
    const again = await runParstock(['audit', root]);
    expect(again.stdout).toContain('suppression-has-reason');
    expect(again.stdout).toContain('mount-into-own-home');
  }));

test('SARIF 2.1.0 names rule, place and fingerprint', () =>
  withRepository(async (root) => {
    const { stdout } = await runParstock(['audit', root, '--format', 'sarif']);
    const { version, runs } = JSON.parse(stdout);
    expect(version).toBe('2.1.0');
    const [{ tool, results }] = runs;
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe('mount-into-own-home');
    expect(results[0]).toMatchObject({
      ruleId: 'mount-into-own-home',
      level: 'error',
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'compose.yaml' }, region: { startLine: 5 } },
        },
      ],
    });
    expect(results[0].partialFingerprints['parstockAudit/v1']).toMatch(/^[0-9a-f]{32}$/);
  }));

test('markdown is a table that a file name cannot break', () =>
  withRepository(async (root) => {
    const { stdout } = await runParstock(['audit', root, '--format', 'markdown']);
    expect(stdout).toContain('| error | compose.yaml:5 | /root/.cache is in root’s home');
  }));

test('a file cannot steer the terminal', () =>
  withRepository(
    async (root) => {
      const { stdout } = await runParstock(['audit', root]);
      expect(stdout).toContain('error');
      expect(stdout).not.toContain('\u001b');
    },
    { 'compose.yaml': compose.replace('/root/.cache', '/root/.cache/\u001b[2J') },
  ));

const workflow = `on: issues
permissions: {}
jobs:
  label:
    runs-on: ubuntu-24.04
    steps:
      - name: Say it
        run: |
          set -e
          echo "New: \${{ github.event.issue.title }}"
`;

test('--fix shows a diff, changes nothing without consent, and what it changed is clean', () =>
  withRepository(
    async (root) => {
      const path = join(root, '.github/workflows/label.yml');
      const shown = await runParstock(['audit', root, '--fix']);
      expect(shown.stderr).toContain('--- a/.github/workflows/label.yml');
      expect(shown.stderr).toContain('+        env:');
      expect(shown.stderr).toContain('Nothing was changed');
      expect(readFileSync(path, 'utf8')).toBe(workflow);
      await runParstock(['audit', root, '--fix', '--yes']);
      expect(readFileSync(path, 'utf8')).toBe(
        workflow
          .replace(
            '        run: |',
            '        env:\n          TITLE: ${{ github.event.issue.title }}\n        run: |',
          )
          .replace('"New: ${{ github.event.issue.title }}"', '"New: ${TITLE}"'),
      );
      expect(readFileSync(join(root, 'bin/entrypoint.sh'), 'utf8')).toMatch(
        /^#!\/bin\/sh\nset -e\n/,
      );
      const { findings } = JSON.parse((await runParstock(['audit', root, '--json'])).stdout);
      expect(findings).toEqual([]);
    },
    {
      'compose.yaml': 'services: {}\n',
      '.github/workflows/label.yml': workflow,
      'bin/entrypoint.sh': '#!/bin/sh\nnode migrate.js\nexec node server.js\n',
    },
  ));

test('explains a rule with examples', async () => {
  const { code, stdout } = await runParstock(['audit', '--explain', 'clean-only-own']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^clean-only-own \(error\):/);
  expect(stdout).toContain('docker system prune -af --volumes');
});
