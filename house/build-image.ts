/**
 * Builds the image from the files that git tracks, as they lie here or in a commit, and prints its
 * layers: npm run image [-- --tag name:tag --base node:24-bookworm-slim --commit v1.0.0]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));

export interface ImageOptions {
  readonly tag: string;
  readonly base?: string | undefined;
  /** Built as it was then; the tracked files as they lie here where it is not given. */
  readonly commit?: string | undefined;
  readonly onOutput?: 'show' | 'keep';
}

/** Builds and tags the image; throws with the end of what the builder said. */
export function buildImage({ tag, base, commit, onOutput = 'keep' }: ImageOptions): void {
  const context = mkdtempSync(join(tmpdir(), 'parstock-image-'));
  const stated = { REVISION: revision(commit), ...(base && { BASE_IMAGE: base }) };
  const args = Object.entries(stated).flatMap((pair) => ['--build-arg', pair.join('=')]);
  try {
    if (commit) copyCommit(commit, context);
    else copyTrackedFiles(context);
    runDocker(['build', '--tag', tag, ...args, context], onOutput);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

function runDocker(words: readonly string[], onOutput: 'show' | 'keep'): void {
  const stdio = onOutput === 'show' ? 'inherit' : 'pipe';
  const { error, status, stdout, stderr } = spawnSync('docker', words, {
    encoding: 'utf8',
    stdio: ['ignore', stdio, stdio],
    maxBuffer: 2 ** 27,
  });
  if (error) throw error;
  if (status === 0) return;
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-30).join('\n');
  throw new Error(`docker ${words[0]} ended with ${status}\n${said}`);
}

/** The tracked files alone: what others left lying about must not get in. */
export function copyTrackedFiles(folder: string): void {
  for (const path of git('ls-files', '-z').split('\0')) {
    if (path === '' || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
}

function copyCommit(commit: string, folder: string): void {
  const archive = join(folder, '.archive.tar');
  git('archive', '--output', archive, commit);
  execFileSync('tar', ['-x', '-f', archive, '-C', folder]);
  rmSync(archive);
}

function revision(commit?: string): string {
  const changed = commit ? '' : git('status', '--porcelain', '--untracked-files=no');
  return git('rev-parse', commit ?? 'HEAD') + (changed === '' ? '' : '-changed');
}

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }).trim();
}

export interface ImageLayer {
  readonly megabytes: number;
  readonly madeBy: string;
}

/** The layers on top of the base, newest first, with what each takes unpacked. */
export function layersOverBase(image: string, base: string): ImageLayer[] {
  const layers = history(image);
  return layers.slice(0, layers.length - history(base).length);
}

function history(image: string): ImageLayer[] {
  const format = '{{.Size}}\t{{.CreatedBy}}';
  const words = ['history', '--human=false', '--no-trunc', '--format', format, image];
  const said = execFileSync('docker', words, { encoding: 'utf8' }).trim();
  return said.split('\n').map((line) => {
    const [size, madeBy = ''] = line.split('\t');
    const shown = madeBy.replace(/^\/bin\/sh -c (#\(nop\) )?/, '').replace(/\s+/g, ' ');
    return { megabytes: Number(size) / 1e6, madeBy: shown.trim() };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = {
    tag: { type: 'string', default: 'parstock:local' },
    base: { type: 'string', default: 'node:24-bookworm-slim' },
    commit: { type: 'string' },
  } as const;
  const { tag, base, commit } = parseArgs({ options }).values;
  buildImage({ tag, base, commit, onOutput: 'show' });
  const layers = layersOverBase(tag, base);
  for (const { megabytes, madeBy } of layers.filter((layer) => layer.megabytes >= 0.001))
    console.log(`${megabytes.toFixed(2).padStart(8)} MB  ${madeBy.slice(0, 90)}`);
  const total = layers.reduce((sum, { megabytes }) => sum + megabytes, 0);
  console.log(`${total.toFixed(2).padStart(8)} MB  on top of the base, unpacked: ${tag}`);
}
