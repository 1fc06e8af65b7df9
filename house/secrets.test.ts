import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { projectFiles, readProjectFile, root } from './source-files.ts';

const texts = projectFiles.filter(
  (path) =>
    /\.(ts|tsx|mjs|js|json|md|sql|sh|css|html|yml|yaml|csv|npmrc|py)$/.test(path) ||
    !/\.[a-z0-9]+$/.test(path),
);

/** Folders of one machine; a path that a program may meet anywhere (/tmp, /usr/bin) is none. */
const machine = /(^|[\s"'`(=])\/(work|root|home\/[a-z]+|Users\/[A-Za-z]+|mnt\/[a-z]+)\//m;

/** The audit tells of homes inside containers; those are no folders of a machine. */
const ofContainers = /^(src\/deploy\/audit|test\/audit)\/|^docs\/audit\.md$/;
const ownMachine = new RegExp(machine.source.replace('root|home\\/[a-z]+|', ''), 'm');

test('no file names a folder of the machine that it was written on', () => {
  const naming = texts.filter(
    (path) =>
      path !== 'house/secrets.test.ts' &&
      (ofContainers.test(path) ? ownMachine : machine).test(readProjectFile(path)),
  );
  expect(naming).toEqual([]);
  expect(machine.test('see /home/' + 'anna/notes')).toBe(true);
  expect(ownMachine.test('see /home/' + 'anna/notes')).toBe(false);
  expect(ownMachine.test('see /work' + '/notes')).toBe(true);
});

test('the lockfile names no registry but the public one', () => {
  const lock = readProjectFile('package-lock.json');
  const hosts = new Set(
    [...lock.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map((match) => match[1]),
  );
  hosts.delete('registry.npmjs.org');
  expect([...hosts]).toEqual([]);
  expect(readProjectFile('.npmrc')).not.toMatch(/registry|_auth|token/i);
});

/** Shapes of credentials that must never be committed. */
const credential =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{30,}|\bAKIA[0-9A-Z]{16}\b|\bnpm_[A-Za-z0-9]{30,}|\bxox[bap]-[0-9A-Za-z-]{20,}/;

test('no file holds a credential', () => {
  expect(texts.filter((path) => credential.test(readProjectFile(path)))).toEqual([]);
  expect(credential.test(`ghp_${'a'.repeat(36)}`)).toBe(true);
});

test('what the program writes while it runs is not committed', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  const written = /^(node_modules|dist|\.parstock|coverage|bench\/results)\//;
  expect(tracked.filter((path) => written.test(path))).toEqual([]);
});
