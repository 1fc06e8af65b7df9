import type { ImportKind } from '../../contract/index.ts';
import { templateCsv } from '../imports/template.ts';

/** The CSV file to start from: header and example rows of a kind of import. */
export function importTemplate(kind: ImportKind): string {
  return templateCsv(kind);
}
