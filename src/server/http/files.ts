import type { ActionContext } from '../actions/context.ts';
import { readImportTemplate as readTemplate } from '../actions/read-import-template.ts';
import { asDownload } from './csv-file.ts';
import type { Exchange } from './services.ts';
import type { Input } from './shapes.ts';

export async function readImportTemplate(
  context: ActionContext,
  input: Input<'readImportTemplate'>,
  { reply }: Exchange,
): Promise<string> {
  asDownload(reply, `${input.kind}.csv`);
  return readTemplate(context, input);
}
