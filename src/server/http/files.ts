import type { Readable } from 'node:stream';
import { type Import, importOptionsSchema, Refusal } from '../../contract/index.ts';
import type { ActionContext } from '../actions/context.ts';
import { getOrder } from '../actions/get-order.ts';
import { importTemplate } from '../actions/import-template.ts';
import { uploadImport as upload } from '../actions/upload-import.ts';
import { asDownload, csvFile } from './csv-file.ts';
import type { Exchange } from './services.ts';
import type { Input } from './shapes.ts';

/** Hands the body on as it arrives; how it is to be read stands in the address. */
export function uploadImport(
  context: ActionContext,
  { kind, fileName, columns, ...options }: Input<'uploadImport'>,
  { request, services }: Exchange,
): Promise<Import> {
  return upload(context, {
    kind,
    fileName,
    options: { ...options, columns: columns === undefined ? undefined : readColumns(columns) },
    stream: request.body as Readable,
    maxBytes: services.config.maxUploadBytes,
  });
}

function readColumns(text: string) {
  const parsed = importOptionsSchema.shape.columns.safeParse(parseJson(text));
  if (parsed.success && parsed.data) return parsed.data;
  const wanted = 'a JSON object of texts: our column name → the name in the file';
  throw new Refusal('invalid_request', {
    issues: [{ in: 'query', path: 'columns', found: text.slice(0, 80), wanted }],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export async function readImportTemplate(
  _context: ActionContext,
  { kind }: Input<'readImportTemplate'>,
  { reply }: Exchange,
): Promise<string> {
  asDownload(reply, `${kind}.csv`);
  return importTemplate(kind);
}

const orderColumns = 'order sku product quantity unit unit_cost currency expected_on'.split(' ');

export async function downloadOrder(
  context: ActionContext,
  input: Input<'downloadOrder'>,
  { reply }: Exchange,
): Promise<string> {
  const { number, lines } = await getOrder(context, input);
  asDownload(reply, `${number}.csv`);
  const rows = lines.map(({ sku, productName, quantity, unit, unitCost, expectedOn }) => {
    const cost = [unitCost?.amount ?? null, unitCost?.currency ?? null];
    return [number, sku, productName, quantity, unit, ...cost, expectedOn];
  });
  return csvFile([orderColumns, ...rows]);
}
