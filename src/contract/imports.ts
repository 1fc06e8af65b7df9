import { z } from 'zod';
import { instantSchema, pageQuerySchema } from './common.ts';

export const importKindSchema = z
  .enum(['products', 'suppliers', 'terms', 'stock', 'sales', 'promotions'])
  .meta({ id: 'ImportKind' });
export type ImportKind = z.infer<typeof importKindSchema>;

export const importStateSchema = z.enum([
  'uploading',
  'checking',
  'checked',
  'refused',
  'committing',
  'committed',
  'cancelled',
  'failed',
]);

/** What the reader may be told instead of guessing. */
export const importOptionsSchema = z.object({
  delimiter: z.enum([',', ';', 'tab', '|']).optional(),
  encoding: z.enum(['utf-8', 'latin1']).optional(),
  dateFormat: z.enum(['ymd', 'dmy', 'mdy']).optional(),
  decimal: z.enum(['.', ',']).optional(),
  duplicates: z.enum(['refuse', 'sum']).optional().meta({
    description:
      'Sales with several lines per product and day (an export of receipts): refuse (default), or sum them',
  }),
  columns: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'Our column name → the name in the file' }),
});
export type ImportOptions = z.infer<typeof importOptionsSchema>;

export const importSchema = z
  .object({
    id: z.uuid(),
    kind: importKindSchema,
    fileName: z.string(),
    fileBytes: z.number().nullable(),
    state: importStateSchema,
    dialect: z
      .object({
        delimiter: z.string(),
        encoding: z.string(),
        dateFormat: z.string().nullable(),
        decimal: z.string(),
        columns: z.record(z.string(), z.string()),
        ignoredColumns: z.array(z.string()),
      })
      .nullable(),
    rows: z.object({ total: z.int(), new: z.int(), changed: z.int(), same: z.int(), bad: z.int() }),
    refusal: z
      .object({
        code: z.string(),
        title: z.string(),
        remedy: z.string(),
        details: z.record(z.string(), z.unknown()),
      })
      .nullable(),
    createdAt: instantSchema,
    finishedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Import' });
export type Import = z.infer<typeof importSchema>;
export type ImportDialect = NonNullable<Import['dialect']>;

/** Codes of a bad row; each has a fixed remedy (see server/imports). */
export const rowErrorCodeSchema = z.enum([
  'missing_value',
  'not_a_number',
  'not_finite',
  'ambiguous_number',
  'negative_quantity',
  'too_many_decimals',
  'out_of_range',
  'not_a_date',
  'date_in_future',
  'date_too_far',
  'reversed_days',
  'unknown_sku',
  'unknown_supplier',
  'duplicate_key',
  'second_preferred',
  'too_few_cells',
  'too_many_cells',
  'unclosed_quote',
  'not_a_choice',
  'text_too_long',
]);
export type RowErrorCode = z.infer<typeof rowErrorCodeSchema>;

export const importErrorSchema = z
  .object({
    line: z.int().meta({ description: 'Line in the file; the header is line 1' }),
    column: z.string().nullable(),
    code: rowErrorCodeSchema,
    found: z.string().nullable(),
    remedy: z.string(),
  })
  .meta({ id: 'ImportError' });
export type ImportError = z.infer<typeof importErrorSchema>;
export const importErrorQuerySchema = pageQuerySchema;
export const importUploadQuerySchema = z.object({
  kind: importKindSchema,
  fileName: z.string().min(1).max(300),
  delimiter: importOptionsSchema.shape.delimiter,
  encoding: importOptionsSchema.shape.encoding,
  dateFormat: importOptionsSchema.shape.dateFormat,
  decimal: importOptionsSchema.shape.decimal,
  duplicates: importOptionsSchema.shape.duplicates,
  columns: z
    .string()
    .optional()
    .meta({ description: 'JSON object: our column name → the name in the file' }),
});
