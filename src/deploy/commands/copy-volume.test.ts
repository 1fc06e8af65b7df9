import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyAhead, copyRest } from './copy-volume.ts';

let folder: string;
const places = () => ({
  from: join(folder, 'from'),
  to: join(folder, 'to'),
  mark: join(folder, 'mark'),
});
const at = (path: string) => join(folder, 'from', path);
const run = ([program, ...words]: readonly string[]) => spawnSync(program!, words);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-copy-'));
  for (const name of ['from', 'from/base', 'from/base/1', 'to']) mkdirSync(join(folder, name));
  for (let i = 0; i < 20; i++) writeFileSync(at(`base/1/${i}`), `file ${i}`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const listing = (path: string) =>
  execFileSync('find', [path, '-mindepth', '1', '-printf', '%y %m %T@ %l %P\n'], {
    encoding: 'utf8',
  })
    .split('\n')
    .sort();
const contents = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .map((file) => [file.slice(path.length), readFileSync(file, 'utf8')])
    .sort();
const expectSame = () => {
  const { from, to } = places();
  // A folder's own time changes with what is put into it.
  const withoutFolders = (path: string) => listing(path).filter((line) => !line.startsWith('d'));
  expect(withoutFolders(to)).toEqual(withoutFolders(from));
  expect(contents(to)).toEqual(contents(from));
};

test('what changes after the first pass is copied by the second', () => {
  expect(run(copyAhead(places())).status).toBe(0);
  expectSame();
  appendFileSync(at('base/1/3'), ' grown');
  truncateSync(at('base/1/4'), 2);
  rmSync(at('base/1/5'));
  renameSync(at('base/1/6'), at('base/1/renamed'));
  mkdirSync(at('base/2/deep'), { recursive: true });
  writeFileSync(at('base/2/deep/new file\nof two lines'), 'new');
  mkdirSync(at('empty'));
  symlinkSync('../base/1/7', at('base/link'));
  chmodSync(at('base/1/8'), 0o600);
  expect(run(copyRest(places())).status).toBe(0);
  expectSame();
  expect(existsSync(join(folder, 'to/empty'))).toBe(true);
});

test('a change that hides its time and its size is not missed', () => {
  const old = new Date('2020-01-01');
  utimesSync(at('base/1/9'), old, old);
  expect(run(copyAhead(places())).status).toBe(0);
  writeFileSync(at('base/1/9'), 'other!');
  utimesSync(at('base/1/9'), old, old);
  expect(run(copyRest(places())).status).toBe(0);
  expectSame();
});

test('any change that a program can make between the passes arrives', () => {
  const change = fc.record({
    what: fc.constantFrom('write', 'remove', 'rename', 'make'),
    which: fc.nat(19),
    text: fc.string({ maxLength: 20 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      rmSync(places().to, { recursive: true });
      mkdirSync(places().to);
      expect(run(copyAhead(places())).status).toBe(0);
      for (const { what, which, text } of changes) {
        const file = at(`base/1/${which}`);
        if (what === 'write') writeFileSync(file, text);
        else if (what === 'make') mkdirSync(at(`made-${which}/in`), { recursive: true });
        else if (!existsSync(file)) writeFileSync(file, text);
        else if (what === 'remove') rmSync(file);
        else renameSync(file, at(`base/${which}-moved`));
      }
      expect(run(copyRest(places())).status).toBe(0);
      expectSame();
    }),
    { numRuns: 15 },
  );
});

test('a first pass that could not copy everything fails before anybody is held up', () => {
  // Where a folder is wanted there is a file: what a full disk or lost rights come to.
  writeFileSync(join(folder, 'to/base'), 'in the way');
  const { status, stderr } = run(copyAhead(places()));
  expect(status).toBe(1);
  expect(String(stderr)).toContain('base');
});
