/**
 * Makes a repository of 5,000 files and measures `parstock audit` on it, as a process of its own:
 * node bench/audit.ts [files]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const count = Number(process.argv[2] ?? 5000);
const root = mkdtempSync(join(tmpdir(), 'parstock-audit-bench-'));
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Of every hundred files: sources mostly, and what a deployment consists of. */
function makeFile(i: number): void {
  const service = `services/s${Math.floor(i / 100)}`;
  switch (i % 100) {
    case 0:
      write(
        `${service}/Dockerfile`,
        `FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci \\\n && npm run build\nRUN useradd -m app\nUSER app\nCMD ["./start.sh"]\n`,
      );
      break;
    case 1:
      write(
        `${service}/compose.yaml`,
        `services:\n  web:\n    build: .\n    volumes: ["a:/root/.cache"]\nvolumes: { a: {} }\n`,
      );
      break;
    case 2:
      write(
        `${service}/start.sh`,
        `#!/bin/sh\n${'if [ -n "$DEBUG" ]; then echo "$PWD"; fi\n'.repeat(60)}node migrate.js\nexec node server.js\n`,
      );
      break;
    case 3:
      write(
        `${service}/package.json`,
        JSON.stringify({ name: `s${i}`, dependencies: { zod: '^4.0.0' } }),
      );
      break;
    case 4:
      write(
        `.github/workflows/w${i}.yml`,
        `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n${'      - run: docker compose up -d\n'.repeat(40)}`,
      );
      break;
    default:
      write(`${service}/src/module-${i}.ts`, `export const value${i} = ${i};\n`.repeat(80));
  }
}

for (let i = 0; i < count - 2; i++) makeFile(i);
const packages = Object.fromEntries(
  Array.from({ length: 20_000 }, (_, i) => [
    `node_modules/p${i}`,
    {
      version: '1.0.0',
      resolved: 'https://registry.npmjs.org/p',
      integrity: `sha512-${'a'.repeat(86)}`,
    },
  ]),
);
write('package.json', JSON.stringify({ name: 'bench', dependencies: { p1: '^1.0.0' } }));
write(
  'package-lock.json',
  JSON.stringify(
    { lockfileVersion: 3, packages: { '': { dependencies: { p1: '^1.0.0' } }, ...packages } },
    null,
    2,
  ),
);

const parstock = fileURLToPath(new URL('../bin/parstock.mjs', import.meta.url));
/** Says at the end what the process used: the machine may be shared, so that wall time alone misleads. */
const report = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write('used ' + maxRSS + ' ' + (userCPUTime + systemCPUTime) + '\\n');
})`;
const preload = `data:text/javascript,${encodeURIComponent(report)}`;

function measure() {
  const started = performance.now();
  const { stderr, stdout, status } = spawnSync(
    process.execPath,
    ['--import', preload, parstock, 'audit', root, '--json'],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const seconds = (performance.now() - started) / 1000;
  const used = [...stderr.matchAll(/used (\d+) (\d+)/g)].at(-1);
  if (!used || status !== 1) throw new Error(`the audit ended with ${status}: ${stderr}`);
  const { findings } = JSON.parse(stdout) as { findings: unknown[] };
  return {
    seconds,
    cpuSeconds: Number(used[2]) / 1e6,
    megabytes: Number(used[1]) / 1024,
    findings: findings.length,
  };
}

function spread(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, middle, high] = [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
  return `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

try {
  measure(); // the first one fills the cache of compiled modules
  const runs = Array.from({ length: 5 }, measure);
  const of = (key: keyof (typeof runs)[number]) => runs.map((run) => run[key]);
  console.log(`${count} files, ${runs[0]!.findings} findings; median of 5 (least to most)`);
  console.log(`  wall ${spread(of('seconds'), 2)} s`);
  console.log(`  CPU  ${spread(of('cpuSeconds'), 2)} s, user and system`);
  console.log(`  peak ${spread(of('megabytes'), 0)} MB`);
  console.log(`  load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
