import { expect, test } from 'vitest';
import { importsOf, type ModuleImport } from './module-imports.ts';
import { codeFiles, isTest, readProjectFile } from './source-files.ts';

/** Who may import whom; a room that is not named here does not exist yet. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  forecast: [],
  planning: ['forecast'],
  ml: ['forecast', 'contract'],
  contract: [],
  server: ['forecast', 'planning', 'ml', 'contract'],
  web: ['contract', 'planning', 'forecast'],
  deploy: ['contract'],
  cli: ['server', 'deploy', 'forecast', 'planning', 'ml', 'contract'],
};

/** Inside the server, one way: http and jobs → actions → store, imports, planning, forecast. */
const serverRooms: Readonly<Record<string, readonly string[]>> = {
  store: [],
  imports: ['store'],
  actions: ['store', 'imports'],
  jobs: ['actions', 'imports', 'store', 'config.ts'],
  http: ['actions', 'config.ts'],
  startup: ['actions', 'store', 'config.ts'],
  backup: ['startup', 'store', 'config.ts'],
  'config.ts': ['configuration-table.ts', 'database-address.ts'],
  'configuration-table.ts': ['setting-texts.ts'],
  'clock.ts': ['actions'],
  'main.ts': [
    'http',
    'jobs',
    'actions',
    'startup',
    'backup',
    'store',
    'imports',
    'config.ts',
    'clock.ts',
  ],
};
/** A type costs nothing at run time: these may be named from anywhere inside the server. */
const nameable = ['store', 'actions', 'jobs', 'config.ts', 'imports'];

/** Packages that a pure room may use; the others are bound by package.json alone. */
const packages: Readonly<Record<string, readonly string[]>> = {
  forecast: [],
  planning: [],
  contract: ['zod'],
};

function violation({ from, to, typeOnly }: ModuleImport): string | undefined {
  const [room, place] = roomOf(from);
  const [otherRoom, otherPlace] = roomOf(to);
  const complaint = `${from} imports ${to}`;
  if (room === undefined) return undefined;
  if (!to.includes('/') || to.startsWith('@') || otherRoom === undefined)
    return to.startsWith('src/') || (packages[room] && !packages[room].includes(to))
      ? complaint
      : room === 'web' && to.startsWith('node:')
        ? complaint
        : undefined;
  if (otherRoom !== room) return rooms[room]?.includes(otherRoom) ? undefined : complaint;
  if (room !== 'server' || place === otherPlace) return undefined;
  if (typeOnly && otherPlace !== 'http' && nameable.includes(otherPlace!)) return undefined;
  return serverRooms[place!]?.includes(otherPlace!) ? undefined : complaint;
}

function roomOf(path: string): [room: string | undefined, place: string | undefined] {
  const [top, room, place] = path.split('/');
  return top === 'src' ? [room, place] : [undefined, undefined];
}

/** Configuration of the bundler runs in Node, although it lies in the room of the page. */
const sources = codeFiles.filter(
  (path) => /^src\/.*\.tsx?$/.test(path) && !isTest(path) && !path.endsWith('vite.config.ts'),
);

test('every import follows the doors between the rooms', () => {
  const imports = sources.flatMap((path) => importsOf(path, readProjectFile(path)));
  expect(imports.length).toBeGreaterThan(200);
  expect(imports.map(violation).filter(Boolean)).toEqual([]);
});

const planted: [path: string, text: string][] = [
  ['src/forecast/ets.ts', "import { readFileSync } from 'node:fs';"],
  ['src/forecast/ets.ts', "import fc from 'fast-check';"],
  ['src/forecast/ets.ts', "import type { OrderInput } from '../planning/types.ts';"],
  ['src/planning/propose-order.ts', "export * from '../contract/orders.ts';"],
  ['src/contract/runs.ts', "const pg = await import('pg');"],
  ['src/web/pages/today.tsx', "import { Refusal } from '../../server/actions/context.ts';"],
  ['src/web/pages/today.tsx', "import { join } from 'node:path';"],
  ['src/server/store/runs.ts', "import { startRun } from '../actions/start-run.ts';"],
  ['src/server/actions/start-run.ts', "import { queue } from '../jobs/queue.ts';"],
  ['src/server/jobs/queue.ts', "import type { Services } from '../http/services.ts';"],
  ['src/server/http/handlers.ts', "import { listRuns } from '../store/runs.ts';"],
  ['src/server/http/app.ts', "import { runCommandLine } from '../../cli/command-line.ts';"],
];
test.each(planted)('sees a planted violation: %s says %s', (path, text) => {
  expect(importsOf(path, text).map(violation)).not.toEqual([undefined]);
});

test('lets through what the table allows', () => {
  const allowed: [path: string, text: string][] = [
    ['src/planning/propose-order.ts', "import { normalCdf } from '../forecast/index.ts';"],
    ['src/server/http/app.ts', "import type { Database } from '../store/database.ts';"],
    ['src/server/http/handlers.ts', "import { startRun } from '../actions/start-run.ts';"],
    ['src/contract/runs.ts', "import { z } from 'zod';"],
    ['src/cli/verbs/serve.ts', "await import('../../server/main.ts');"],
  ];
  for (const [path, text] of allowed)
    expect(importsOf(path, text).map(violation)).toEqual([undefined]);
});

/** What would make a pure room depend on the moment, the machine or luck. */
const ambient =
  /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bprocess\b\s*\.|\bperformance\b\s*\.|\bglobalThis\b|\bconsole\b\s*\.|\bfetch\(/;

test('forecast and planning know no clock, no luck, no process', () => {
  const pure = sources.filter((path) => /^src\/(forecast|planning)\//.test(path));
  expect(pure.length).toBeGreaterThan(20);
  expect(pure.filter((path) => ambient.test(withoutComments(readProjectFile(path))))).toEqual([]);
  expect(ambient.test('const seed = Date.now();')).toBe(true);
});

/** Where the process begins: only there are environment and arguments read. */
const entryPoints =
  /^src\/(cli\/(main|terminal)\.ts|server\/main\.ts|ml\/runtime\/(load-check|npm-guard)\.ts|.*-worker\.ts)$/;

test('only the entry points read environment and arguments', () => {
  const reads = /\bprocess\.(env|argv)\b/;
  const readers = sources.filter(
    (path) => !entryPoints.test(path) && reads.test(withoutComments(readProjectFile(path))),
  );
  expect(readers).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
