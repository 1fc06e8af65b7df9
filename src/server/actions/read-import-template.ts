import type { ImportKind } from '../../contract/index.ts';
import { templateCsv } from '../imports/template.ts';

/** The file to start an import of this kind from; the same for every company. */
export async function readImportTemplate(
  _context: unknown,
  { kind }: { kind: ImportKind },
): Promise<string> {
  return templateCsv(kind);
}
