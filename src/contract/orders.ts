import { z } from 'zod';
import {
  dateSchema,
  instantSchema,
  moneySchema,
  pageQuerySchema,
  quantitySchema,
} from './common.ts';

/** One step of the arithmetic behind a quantity. */
export const traceStepSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    formula: z.string(),
    inputs: z.array(
      z.object({
        name: z.string(),
        value: z.union([z.number(), z.string()]),
        unit: z.string(),
        from: z
          .string()
          .optional()
          .meta({ description: 'The id of the earlier step whose result this is' }),
      }),
    ),
    result: z.union([z.number(), z.string()]),
    unit: z.string(),
    note: z.string().optional(),
  })
  .meta({ id: 'TraceStep' });

export const proposalStateSchema = z.enum(['open', 'accepted', 'dismissed', 'superseded']);
export const urgencySchema = z
  .string()
  .meta({ description: 'As named by planning: from most to least urgent' });

export const proposalSchema = z
  .object({
    id: z.uuid(),
    runId: z.uuid().nullable(),
    sku: z.string(),
    productName: z.string(),
    unit: z.string(),
    supplierCode: z.string(),
    supplierName: z.string(),
    asOf: dateSchema,
    state: proposalStateSchema,
    quantity: quantitySchema,
    decidedQuantity: quantitySchema.nullable(),
    reason: z.string().nullable(),
    value: moneySchema.nullable(),
    method: z.string(),
    reorderPoint: quantitySchema,
    safetyStock: quantitySchema,
    orderUpTo: quantitySchema,
    stockPosition: quantitySchema,
    daysOfCover: z.number().nullable(),
    stockOutOn: dateSchema.nullable(),
    expectedReceipt: dateSchema.nullable(),
    urgency: urgencySchema,
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
    orderNumber: z.string().nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Proposal' });
export type Proposal = z.infer<typeof proposalSchema>;

export const proposalWithTraceSchema = proposalSchema
  .extend({ trace: z.array(traceStepSchema) })
  .meta({ id: 'ProposalWithTrace' });

export const proposalListQuerySchema = pageQuerySchema.extend({
  state: proposalStateSchema.default('open'),
  supplierCode: z.string().optional(),
  ordersOnly: z
    .stringbool()
    .default(true)
    .meta({ description: 'Leave out proposals of quantity 0' }),
});

/** Open proposals summed per supplier. */
export const supplierProposalsSchema = z
  .object({
    supplierCode: z.string(),
    supplierName: z.string(),
    lines: z.int(),
    units: quantitySchema,
    value: z.array(moneySchema).meta({ description: 'One entry per currency' }),
    urgent: z.int(),
    draftNumber: z.string().nullable(),
  })
  .meta({ id: 'SupplierProposals' });

/** Accept as proposed, or with another quantity and the reason for it. */
export const acceptProposalSchema = z.object({
  quantity: quantitySchema.positive().optional(),
  reason: z.string().max(500).optional(),
});
export const dismissProposalSchema = z.object({ reason: z.string().min(1).max(500) });
export const acceptManySchema = z.object({ ids: z.array(z.uuid()).min(1).max(5000) });
export const acceptedManySchema = z
  .object({
    accepted: z.int(),
    orders: z.array(z.string()),
    refused: z.array(z.object({ id: z.uuid(), code: z.string() })),
  })
  .meta({ id: 'AcceptedProposals' });

/** What a recomputation from the newest run and the present stock came to. */
export const refreshedProposalsSchema = z
  .object({
    proposals: z.int().meta({ description: 'Open proposals after the recomputation' }),
    toOrder: z.int().meta({ description: 'Those of them with a quantity above 0' }),
    unplanned: z
      .int()
      .meta({ description: 'Active products without a proposal: GET /today says why' }),
  })
  .meta({ id: 'RefreshedProposals' });

export const orderStateSchema = z.enum([
  'draft',
  'confirmed',
  'part_received',
  'received',
  'cancelled',
]);
export const orderLineSchema = z
  .object({
    id: z.string(),
    sku: z.string(),
    productName: z.string(),
    unit: z.string(),
    quantity: quantitySchema,
    received: quantitySchema,
    unitCost: moneySchema.nullable(),
    expectedOn: dateSchema.nullable(),
  })
  .meta({ id: 'OrderLine' });
export const orderSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    supplierCode: z.string(),
    supplierName: z.string(),
    state: orderStateSchema,
    next: z.array(orderStateSchema).meta({ description: 'States that are possible from here' }),
    value: moneySchema.nullable(),
    createdBy: z.string(),
    createdAt: instantSchema,
    confirmedOn: dateSchema.nullable(),
    expectedOn: dateSchema.nullable(),
    lines: z.array(orderLineSchema),
  })
  .meta({ id: 'PurchaseOrder' });
export const orderListQuerySchema = pageQuerySchema.extend({ state: orderStateSchema.optional() });
export const confirmOrderSchema = z.object({
  confirmedOn: dateSchema
    .optional()
    .meta({ description: 'Default: today. Lead times count from here' }),
});
export const changeLineSchema = z.object({
  quantity: quantitySchema.min(0).meta({ description: '0 removes the line' }),
});
/** A receipt, whole or part. The same requestId twice is taken once. */
export const receiveSchema = z.object({
  requestId: z.string().min(1).max(100),
  receivedOn: dateSchema.optional(),
  lines: z.array(z.object({ lineId: z.string(), quantity: quantitySchema.positive() })).min(1),
});
