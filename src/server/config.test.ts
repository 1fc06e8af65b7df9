import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { configurationTable, renderConfigurationTable } from './configuration-table.ts';

test('an empty environment gives the defaults', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ port: 8080, host: '127.0.0.1', databaseUrl: null, demo: false });
  expect(config.secureCookies).toBe(false);
});

test.each([
  ['PARSTOCK_PORT', '80a'],
  ['PARSTOCK_PORT', '70000'],
  ['PARSTOCK_DEMO', 'yes please'],
  ['PARSTOCK_CURRENCY', 'euro'],
  ['PARSTOCK_DATABASE_URL', 'mysql://somewhere'],
  ['PARSTOCK_PUBLIC_URL', 'parstock.example'],
  ['PARSTOCK_LOG_LEVEL', 'loud'],
])('%s=%s is refused by name', (name, value) => {
  const entry = Object.values(configurationTable).find((candidate) => candidate.name === name)!;
  const found = entry.secret ? 'a value that is not shown' : value;
  expect(() => readConfig({ [name]: value })).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      details: { variable: name, found, wanted: entry.wanted },
    }),
  );
});

test('a secret can come from a file, and an administrator comes whole or not at all', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-config-'));
  const path = join(folder, 'password');
  writeFileSync(path, 'correct horse battery\n');
  const env = { PARSTOCK_ADMIN_EMAIL: 'Ann@Example.com', PARSTOCK_ADMIN_PASSWORD_FILE: path };
  expect(readConfig(env)).toMatchObject({
    adminEmail: 'ann@example.com',
    adminPassword: 'correct horse battery',
  });
  rmSync(folder, { recursive: true });
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({ variable: 'PARSTOCK_ADMIN_PASSWORD_FILE' }),
    }),
  );
  expect(() => readConfig({ PARSTOCK_ADMIN_EMAIL: 'ann@example.com' })).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({ variable: 'PARSTOCK_ADMIN_PASSWORD' }),
    }),
  );
});

const testPerson = {
  PARSTOCK_TEST_USER_EMAIL: 'tess@example.com',
  PARSTOCK_TEST_USER_PASSWORD: 'a horse for testing',
};

test.each([
  ['PARSTOCK_TEST_USER_PASSWORD', { PARSTOCK_TEST_USER_EMAIL: 'tess@example.com' }],
  ['PARSTOCK_TEST_USER_EMAIL', { PARSTOCK_TEST_USER_PASSWORD: 'a horse for testing' }],
  [
    'PARSTOCK_TEST_USER_EMAIL',
    {
      ...testPerson,
      PARSTOCK_ADMIN_EMAIL: 'Tess@Example.com',
      PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
    },
  ],
  ['PARSTOCK_SETUP_FOLDER', { PARSTOCK_SETUP_FOLDER: 'files', PARSTOCK_DEMO: '1' }],
])('what set-up cannot do is refused before it begins, by %s', (variable, env) => {
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      details: expect.objectContaining({ variable }),
    }),
  );
});

test('a test user comes whole, and beside an administrator or a link', () => {
  expect(readConfig(testPerson)).toMatchObject({ testUserEmail: 'tess@example.com' });
});

test('the documentation table has a row per setting', () => {
  const lines = renderConfigurationTable().split('\n');
  expect(lines).toHaveLength(Object.keys(configurationTable).length + 2);
  expect(lines[2]).toContain('`PARSTOCK_PORT` | `8080`');
});

test('the password of the database may come apart from its address', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-secret-'));
  writeFileSync(join(folder, 'password'), 'p@ss/w:rd%\n');
  const env = {
    PARSTOCK_DATABASE_URL: 'postgresql://parstock@db:5432/parstock?sslmode=verify-full',
    PARSTOCK_DATABASE_PASSWORD_FILE: join(folder, 'password'),
  };
  const { databaseUrl } = readConfig(env);
  rmSync(folder, { recursive: true });
  const { password, host, search } = new URL(databaseUrl!);
  expect(decodeURIComponent(password)).toBe('p@ss/w:rd%');
  expect({ host, search }).toEqual({ host: 'db:5432', search: '?sslmode=verify-full' });
});
