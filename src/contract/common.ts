import { z } from 'zod';

/** A date of business: a calendar day without a zone. */
export const dateSchema = z.iso
  .date()
  .meta({ description: 'Calendar day, YYYY-MM-DD, without a zone' });
/** An instant, UTC. */
export const instantSchema = z.iso
  .datetime({ offset: false })
  .meta({ description: 'Instant, UTC' });
/** A quantity in the product's unit; decimal with at most four places. */
export const quantitySchema = z
  .number()
  .meta({ description: 'Quantity in the unit of the product, at most 4 decimals' });
/** An amount of money never travels without its currency. */
export const moneySchema = z
  .object({
    amount: z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .meta({ description: 'Decimal amount as text, exact' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .meta({ description: 'ISO 4217' }),
  })
  .meta({ id: 'Money' });
export type Money = z.infer<typeof moneySchema>;

export const roleSchema = z.enum(['admin', 'planner', 'viewer']).meta({ id: 'Role' });

/** Query of every list: opaque cursor and page size. */
export const pageQuerySchema = z.object({
  cursor: z.string().optional().meta({ description: 'nextCursor of the previous page' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** A page of a list. `nextCursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
