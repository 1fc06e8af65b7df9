import { Refusal } from '../contract/errors.ts';
import type { ImportKindDefinition } from '../server/imports/kinds/kind.ts';
import { type Header, mapHeader } from '../server/imports/reading/header.ts';
import type { CsvFile } from './csv.ts';

/** Finds the columns of an import file as the server does, so that one file serves both. */
export function columnsOf(file: CsvFile, kind: ImportKindDefinition): Header['mapped'] {
  try {
    return mapHeader(file.header, kind, {}).mapped;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const { missing, found, ...details } = cause.details;
    throw new Refusal(
      cause.code,
      {
        where: `${file.name}, line 1`,
        found: Array.isArray(found) ? found.join(', ') : found,
        wanted: Array.isArray(missing) ? missing.join(', ') : missing,
        ...details,
      },
      { cause },
    );
  }
}
