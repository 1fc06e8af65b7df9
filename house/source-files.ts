import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));

/** Every file that is or will be committed, by its path from the root; `git` is asked, so .gitignore counts. */
export const projectFiles: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

export function readProjectFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Files that people write code in; generated ones and fixtures are not among them. */
export const codeFiles: readonly string[] = projectFiles.filter(
  (path) =>
    /\.(ts|tsx|mjs|sh|sql|css)$/.test(path) &&
    !/\.gen\.ts$/.test(path) &&
    !/(^|\/)(fixtures|reference)\//.test(path),
);

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}
