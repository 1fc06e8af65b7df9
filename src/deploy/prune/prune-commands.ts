import type { Words } from '../commands/docker.ts';
import type { PruneItem } from './plan-prune.ts';

const JSON_FORMAT = '{{json .}}';

/** Images of one repository, with their digests; nothing of any other. */
export const listImages = (repository: string): Words => [
  ...['docker', 'image', 'ls', '--digests', '--no-trunc', '--format', JSON_FORMAT, repository],
];

/** References that all containers of the host were made from. */
export const listUsedImages = (): Words => [
  ...['docker', 'ps', '--all', '--no-trunc', '--format', '{{.Image}}'],
];

/** Sizes of images and volumes; the engine walks through the volumes for it. */
export const measureDisk = (): Words => [
  ...['docker', 'system', 'df', '--verbose', '--format', JSON_FORMAT],
];

/** Folders of all destinations of ours on the host. */
export const listFolders = (parent: string): Words => [
  ...['sh', '-c', 'cd "$1" 2>/dev/null && ls -d parstock-*; exit 0', 'sh', parent],
];

/** By name and without force: the engine itself refuses what is in use. */
export function removal({ kind, name }: PruneItem): Words {
  if (kind === 'container') return ['docker', 'rm', name];
  if (kind === 'volume') return ['docker', 'volume', 'rm', name];
  return ['docker', 'image', 'rm', name];
}

/** Digests out of lines of JSON, as listImages prints them. */
export function readDigests(stdout: string): string[] {
  const digests = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { Digest?: string }).Digest ?? '');
  return [...new Set(digests.filter((digest) => digest.startsWith('sha256:')))];
}

/** Digests in references to one repository, such as ghcr.io/you/parstock@sha256:…, one a line. */
export function readUsedDigests(stdout: string, repository: string): string[] {
  // The same image under another name stays, whatever becomes of this name.
  const lines = stdout.split('\n').filter((line) => line.startsWith(`${repository}@`));
  return lines.map((line) => line.slice(repository.length + 1).trim());
}

/** Bytes by name of a volume or of an image's digest, as measureDisk prints them. */
export function readSizes(stdout: string): Map<string, number> {
  type Disk = {
    Images?: { Repository: string; Digest: string; UniqueSize: string }[];
    Volumes?: { Name: string; Size: string }[];
  };
  const { Images, Volumes } = JSON.parse(stdout || '{}') as Disk;
  return new Map([
    ...(Images ?? []).map(
      ({ Repository, Digest, UniqueSize }) =>
        [`${Repository}@${Digest}`, bytesOf(UniqueSize)] as const,
    ),
    ...(Volumes ?? []).map(({ Name, Size }) => [Name, bytesOf(Size)] as const),
  ]);
}

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** The engine's own words, such as 74.98MB. */
function bytesOf(text: string): number {
  const found = /^([\d.]+)([kMGT]?B)$/.exec(text);
  return found ? Math.round(Number(found[1]) * UNITS[found[2]!]!) : 0;
}
