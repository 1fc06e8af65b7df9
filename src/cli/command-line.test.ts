import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, repositoryFile, runParstock } from '../../test/support/command-line.ts';
import { verbs } from './verbs.ts';

test('prints its version and its verbs, with examples', async () => {
  const { version } = JSON.parse(readFileSync(repositoryFile('package.json'), 'utf8'));
  expect(await runParstock(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await runParstock([]);
  expect(help).toEqual(await runParstock(['help']));
  expect(help.code).toBe(0);
  for (const { name, summary } of verbs)
    expect(help.stdout).toMatch(new RegExp(`${name} .*${summary}`));
});

test.each(verbs.map(({ name }) => name))('%s explains itself with examples', async (verb) => {
  const { code, stdout, stderr } = await runParstock(['help', verb]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: parstock ${verb}`));
  expect(stdout).toMatch(new RegExp(`Examples:\\n(.*\\n)*?.*parstock ${verb}`));
});

test('does not understand an unknown verb, and says so in JSON when asked', async () => {
  const plain = await runParstock(['forcast']);
  expect(plain.code).toBe(2);
  expect(plain.stderr).toContain("unknown command 'forcast'");
  const { code, stdout } = await runParstock(['forcast', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ code: 'invalid_option', status: 400 });
});

test('says that no server answers', async () => {
  for (const verb of ['status', 'healthcheck']) {
    const { code, stderr } = await runParstock([verb, '--server', 'http://127.0.0.1:9']);
    expect(code).toBe(1);
    expect(stderr).toContain('(server_unreachable)');
  }
});

test('import wants an answer before it changes anything', async () => {
  const words = ['import', 'sales', repositoryFile('examples/pasta.csv')];
  const { code, stderr } = await runParstock(words);
  expect(code).toBe(2);
  expect(stderr).toContain('neither --yes nor --dry-run');
  expect((await runParstock(['import', 'sale', 'x.csv', '--yes'])).stderr).toContain(
    'one of products',
  );
});

test('writes demo files that plan takes', async () => {
  await inTemporaryFolder(async (folder) => {
    const { stdout } = await runParstock(['demo', folder]);
    const written = stdout.trimEnd().split('\n');
    expect(written.map((path) => path.slice(folder.length + 1)).sort()).toEqual(
      readdirSync(folder),
    );
    const file = (name: string) => join(folder, `${name}.csv`);
    const sources = ['sales', 'stock', 'products', 'terms'].flatMap((name) => [
      `--${name}`,
      file(name),
    ]);
    const { code, stderr, stdout: json } = await runParstock(['plan', ...sources, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(json).proposals).toHaveLength(118);
  });
});
