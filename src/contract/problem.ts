import { z } from 'zod';
import { type ErrorCode, errorCatalogue, type RefusalDetails } from './errors.ts';

/** The one error shape on the wire (RFC 9457, application/problem+json). */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'urn:parstock:error:<code>' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
    remedy: z.string(),
    details: z.record(z.string(), z.unknown()),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** The problem document of a code from the catalogue. */
export function problem(code: ErrorCode, details: RefusalDetails, requestId?: string): Problem {
  const { status, title, remedy } = errorCatalogue[code];
  return { type: `urn:parstock:error:${code}`, title, status, code, remedy, details, requestId };
}
