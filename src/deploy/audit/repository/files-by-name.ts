import { posix } from 'node:path';
import type { Repository } from './repository.ts';

const indices = new WeakMap<Repository, ReadonlyMap<string, readonly string[]>>();

/** Paths by their last part: every command is looked up among all files, so the index is made once. */
export function filesByName(repository: Repository): ReadonlyMap<string, readonly string[]> {
  const known =
    indices.get(repository) ?? Map.groupBy(repository.files, (path) => posix.basename(path));
  indices.set(repository, known);
  return known;
}
