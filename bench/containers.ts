/**
 * Seconds from the start of a container to its first /ready, on empty volumes and on existing data;
 * memory of the idle server with its database; what the image adds to its base; seconds of a build
 * after a change of code. Medians of five.
 *
 * Run: node bench/containers.ts [image] — needs a Docker Engine, and root for the memory. Without the
 * name of an image it builds one from the tracked files.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildImage, copyTrackedFiles, layersOverBase } from '../house/build-image.ts';
import { byEnvironment } from '../test/support/containers/api.ts';
import {
  type Container,
  docker,
  makeVolume,
  removeOwn,
  startContainer,
} from '../test/support/containers/docker.ts';

const TIMES = 5;
const IDLE_SECONDS = 20;
const BASE = 'node:24-bookworm-slim';
const [named] = process.argv.slice(2);
const image = named ?? 'parstock-bench:current';

interface Figure {
  readonly name: string;
  readonly wanted: number;
  readonly unit: string;
  readonly values: readonly number[];
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** From the word to the engine to the first 200 of /ready. */
async function secondsToReady(begin: () => Container): Promise<[Container, number]> {
  const began = performance.now();
  const container = begin();
  const { url } = container;
  for (;;) {
    const answer = await fetch(`${url}/ready`).catch(() => null);
    if (answer?.ok) return [container, (performance.now() - began) / 1000];
    await pause(10);
    if (performance.now() - began > 120_000) throw new Error(container.logs());
  }
}

async function measureStarts(): Promise<Figure[]> {
  const first: number[] = [];
  const again: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const mounts = { data: makeVolume(), cache: makeVolume(), backups: makeVolume() };
    const options = { image, env: byEnvironment, mounts };
    const [container, seconds] = await secondsToReady(() => startContainer(options));
    first.push(seconds);
    await container.stop();
    const restart = () => {
      container.start();
      return container;
    };
    again.push((await secondsToReady(restart))[1]);
    container.remove();
  }
  return [
    { name: 'start to /ready, first run', wanted: 8, unit: 's', values: first },
    { name: 'start to /ready, existing data', wanted: 2, unit: 's', values: again },
  ];
}

const hostPids = ({ id }: Container) =>
  docker('top', id, '-eo', 'pid')
    .split('\n')
    .slice(1)
    .map((line) => line.trim());

/** Each page once, whoever shares it. */
function proportionalMegabytes(container: Container): number {
  const sizes = hostPids(container).map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss: +(\d+) kB/m.exec(text)?.[1] ?? 0);
  });
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** What the kernel holds the container to, without the page cache that it may drop at any time. */
function groupMegabytes(container: Container): number {
  const find =
    'cat /sys/fs/cgroup/memory.stat 2>/dev/null || cat /sys/fs/cgroup/memory/memory.stat';
  const text = container.exec('sh', '-c', find).said;
  const read = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  const version1 = read('total_rss') + read('total_shmem');
  return (version1 || read('anon') + read('shmem') + read('kernel')) / 2 ** 20;
}

async function measureMemory(): Promise<Figure[]> {
  const group: number[] = [];
  const proportional: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const [container] = await secondsToReady(() => startContainer({ image, env: byEnvironment }));
    await pause(IDLE_SECONDS * 1000);
    group.push(groupMegabytes(container));
    proportional.push(proportionalMegabytes(container));
    container.remove();
  }
  const idle = `idle ${IDLE_SECONDS} s, server and database`;
  return [
    { name: `${idle}: control group without page cache`, wanted: 250, unit: 'MB', values: group },
    { name: `${idle}: proportional set size`, wanted: 250, unit: 'MB', values: proportional },
  ];
}

function measureBuild(): Figure[] {
  const values: number[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'parstock-build-'));
  copyTrackedFiles(folder);
  for (let i = 0; i < TIMES; i++) {
    appendFileSync(join(folder, 'src/server/clock.ts'), `\n// ${Date.now()}\n`);
    const began = performance.now();
    docker('build', '--quiet', '--tag', 'parstock-bench:warm', folder);
    values.push((performance.now() - began) / 1000);
  }
  rmSync(folder, { recursive: true });
  return [{ name: 'build after a change of code', wanted: 90, unit: 's', values }];
}

function measureLayers(): Figure {
  const sizes = layersOverBase(image, BASE).map(({ megabytes }) => megabytes);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return { name: 'layers on top of the base, unpacked', wanted: 150, unit: 'MB', values: [total] };
}

if (!named) buildImage({ tag: image, base: BASE });
try {
  const starts = await measureStarts();
  const memory = await measureMemory();
  const figures = [...starts, ...memory, measureLayers(), ...(named ? [] : measureBuild())];
  console.log('| figure | wanted | median | each |\n| --- | --- | --- | --- |');
  for (const { name, wanted, unit, values } of figures) {
    const shown = values.map((value) => value.toFixed(1)).join(', ');
    const met = median(values) <= wanted ? '' : ' — not met';
    console.log(
      `| ${name} | ≤ ${wanted} ${unit} | ${median(values).toFixed(1)} ${unit}${met} | ${shown} |`,
    );
  }
  console.log(
    `\nLoad of the machine at the end: ${loadavg()
      .map((value) => value.toFixed(1))
      .join(', ')}`,
  );
} finally {
  removeOwn();
}
