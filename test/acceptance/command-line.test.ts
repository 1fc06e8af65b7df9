import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type CommandResult,
  inTemporaryFolder,
  runParstock,
  spawnParstock,
} from '../support/command-line.ts';

const email = 'planner@example.com';
const password = 'correct horse battery';

/** The real server as the real executable, until `work` is done; ends as by Ctrl-C. */
async function whileServing(folder: string, work: (url: string) => Promise<void>): Promise<void> {
  const child = spawnParstock(['serve'], {
    env: {
      PARSTOCK_PORT: '0',
      PARSTOCK_DATA_DIR: join(folder, 'data'),
      PARSTOCK_ADMIN_EMAIL: email,
      PARSTOCK_ADMIN_PASSWORD: password,
    },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  const address = new Promise<string>((resolve, reject) => {
    child.stderr!.on('data', (text) => {
      said += text;
    });
    child.stdout!.on('data', (text) => {
      said += text;
      const found = /https?:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once('close', () => reject(new Error(`the server ended: ${said}`)));
  });
  try {
    await work(await address);
  } finally {
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  }
}

async function createApiKey(url: string): Promise<string> {
  const ask = async (path: string, options: { body: object; cookie?: string }) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie: options.cookie ?? '' },
      body: JSON.stringify(options.body),
    });
    expect(response.status).toBeLessThan(300);
    return response;
  };
  const signedIn = await ask('/session', { body: { email, password } });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const key = await ask('/api-keys', { body: { name: 'command line', role: 'planner' }, cookie });
  return ((await key.json()) as { secret: string }).secret;
}

test('the command line fills a company, is told what is wrong, and repeats without change', async () => {
  await inTemporaryFolder(async (folder) => {
    const files = join(folder, 'files');
    await runParstock(['demo', files]);
    await whileServing(folder, async (url) => {
      const env = { PARSTOCK_API_KEY: await createApiKey(url) };
      const send = (kind: string, name: string, ...words: string[]): Promise<CommandResult> =>
        runParstock(['import', kind, join(files, name), '--server', url, ...words], { env });

      const checked = await send('products', 'products.csv', '--dry-run');
      expect(checked.stdout).toBe(
        '118 rows: 118 new, 0 changed, 0 as they are\nNothing was changed.\n',
      );
      for (const kind of ['products', 'suppliers', 'terms', 'stock', 'sales']) {
        const { code, stdout, stderr } = await send(kind, `${kind}.csv`, '--yes');
        expect({ kind, code, stderr }).toEqual({ kind, code: 0, stderr: '' });
        expect(stdout).toMatch(/Taken over\.\n$/);
      }
      const again = await send('stock', 'stock.csv', '--yes');
      expect(again.stdout).toBe('118 rows: 0 new, 0 changed, 118 as they are\nTaken over.\n');

      writeFileSync(join(files, 'own.csv'), 'Regal;Bestand\nB1-001;7,5\n');
      const own = await send(
        'stock',
        'own.csv',
        '--yes',
        '--column',
        'sku=Regal',
        '--decimal',
        ',',
      );
      expect(own.stderr).toBe('');
      expect(own.stdout).toBe('1 row: 0 new, 1 changed, 0 as they are\nTaken over.\n');

      const stock = join(files, 'bad.csv');
      const text = readFileSync(join(files, 'stock.csv'), 'utf8');
      writeFileSync(stock, `${text}NO-SUCH-SKU,1,0,0,\n`);
      const bad = await send('stock', 'bad.csv', '--yes');
      expect(bad.code).toBe(1);
      expect(bad.stderr).toMatch(/120 +sku +unknown_sku +NO-SUCH-SKU/);
      expect(bad.stderr).toContain('(import_has_errors)');

      const stranger = ['import', 'stock', stock, '--server', url, '--yes', '--json'];
      const refused = await runParstock([...stranger, '--api-key', 'wrong']);
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'not_signed_in', status: 401 });

      const status = await runParstock(['status', '--server', url]);
      expect(status.stdout).toMatch(/set-up +completed/);
      const ready = await runParstock(['healthcheck', '--server', url]);
      expect(ready).toEqual({ code: 0, stdout: '', stderr: '' });
    });
  });
});
