import { expect, test } from 'vitest';
import { configurationTable } from '../src/server/configuration-table.ts';
import { isTest, projectFiles, readProjectFile } from './source-files.ts';

/** All that is shipped or shown; tests, benches and the audit's specimens have passwords of their own. */
const shipped = projectFiles.filter(
  (path) =>
    !isTest(path) &&
    !/^(test|house|bench|src\/deploy\/audit)\/|^docs\/audit\.md$|package-lock\.json$|\.(gz|csv|png|svg|lock)$/.test(
      path,
    ),
);

/** Nothing, another variable, a secret of the workflow, a mapping that says where from, a command, a gap. */
const elsewhere = /^$|^\$\{\{|^\{$|^\$\{[A-Z_]+(:?[-?][^}]*)?\}|^\$\(|^\$[A-Z_]|^<|^…/;

/** Where a variable of the environment, a compose file or an image has a password in it. */
function environmentLiterals(text: string): string[] {
  const variables = /\b[A-Z][A-Z_]*PASS(?:WORD|PHRASE)\b\s*(?:=|:(?!-))\s*(["']?)([^\s"'#`]*)/g;
  return [...text.matchAll(variables)]
    .filter(([, , value]) => !elsewhere.test(value!))
    .concat([...text.matchAll(/\$\{[A-Z_]*PASS(?:WORD|PHRASE):?-([^}]+)\}/g)])
    .map(([found]) => found);
}

test('no secret of the configuration has a default', () => {
  const secrets = Object.values(configurationTable).filter(({ secret }) => secret);
  expect(secrets.map(({ name }) => name)).toContain('PARSTOCK_ADMIN_PASSWORD');
  expect(secrets.filter((entry) => entry.default !== null)).toEqual([]);
  const named = Object.values(configurationTable).filter(({ name }) => /PASS|KEY|TOKEN/.test(name));
  expect(named.filter(({ secret }) => !secret)).toEqual([]);
});

test('no image, compose file, script or page gives a password, not even as an example', () => {
  const giving = shipped
    .filter((path) => !/\.(ts|tsx)$/.test(path))
    .flatMap((path) =>
      environmentLiterals(readProjectFile(path)).map((found) => `${path}: ${found}`),
    );
  expect(giving).toEqual([]);
  expect(shipped).toContain('compose.yaml');
  for (const bad of [
    'PARSTOCK_ADMIN_PASSWORD: admin',
    'PARSTOCK_ADMIN_PASSWORD=changeme npm start',
    'ENV POSTGRES_PASSWORD="parstock"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a default as compose writes it
    'PARSTOCK_ADMIN_PASSWORD: ${PARSTOCK_ADMIN_PASSWORD:-admin}',
  ])
    expect(environmentLiterals(bad), bad).toHaveLength(1);
});

test('no code makes a user with a password that stands in it', () => {
  const code = shipped.filter((path) => /^(src|bin)\/.*\.(ts|mjs|sql)$/.test(path));
  const hashing = /hashPassword\(\s*['"`]/;
  expect(code.filter((path) => hashing.test(readProjectFile(path)))).toEqual([]);
  const inserting = code.filter((path) =>
    /insert(Into\(| into )['"]?users\b/.test(readProjectFile(path)),
  );
  expect(inserting).toEqual(['src/server/store/users.ts']);
  expect(hashing.test(`hashPassword('${'admin'}')`)).toBe(true);
});
