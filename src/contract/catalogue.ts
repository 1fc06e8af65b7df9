import { z } from 'zod';
import { dateSchema, moneySchema, pageQuerySchema, quantitySchema } from './common.ts';

/** Terms on which a supplier sells a product. */
export const termsSchema = z
  .object({
    supplierCode: z.string(),
    supplierName: z.string(),
    leadTimeDays: z.int().min(0),
    leadTimeSdDays: z.number().min(0),
    reviewPeriodDays: z.int().min(0),
    minimumOrderQuantity: quantitySchema.nullable(),
    orderMultiple: quantitySchema.nullable(),
    maximumOrderQuantity: quantitySchema.nullable(),
    unitCost: moneySchema.nullable(),
    preferred: z.boolean(),
    madeUp: z.boolean(),
  })
  .meta({ id: 'Terms' });

export const stockLevelSchema = z
  .object({
    onHand: quantitySchema,
    committed: quantitySchema,
    backorders: quantitySchema,
    countedOn: dateSchema,
    madeUp: z.boolean(),
  })
  .meta({ id: 'StockLevel' });

/** A line of the product list. */
export const productSummarySchema = z
  .object({
    sku: z.string(),
    name: z.string(),
    category: z.string().nullable(),
    brand: z.string().nullable(),
    unit: z.string(),
    active: z.boolean(),
    supplierCode: z.string().nullable(),
    onHand: quantitySchema.nullable(),
    method: z.string().nullable(),
    demandClass: z.string().nullable(),
    daysOfCover: z.number().nullable(),
    proposedQuantity: quantitySchema.nullable(),
    urgency: z.string().nullable(),
  })
  .meta({ id: 'ProductSummary' });

export const productListQuerySchema = pageQuerySchema.extend({
  query: z.string().max(200).optional().meta({ description: 'Part of the SKU or of the name' }),
});

export const openOrderSchema = z
  .object({
    orderId: z.string(),
    number: z.string(),
    state: z.string(),
    quantity: quantitySchema,
    expectedOn: dateSchema.nullable(),
  })
  .meta({ id: 'OpenOrder' });

export const productSchema = z
  .object({
    sku: z.string(),
    name: z.string(),
    category: z.string().nullable(),
    brand: z.string().nullable(),
    unit: z.string(),
    unitDecimals: z.int(),
    unitCost: moneySchema.nullable(),
    unitPrice: moneySchema.nullable(),
    serviceLevel: z.number().gt(0).lt(1),
    active: z.boolean(),
    madeUp: z.boolean(),
    stock: stockLevelSchema.nullable(),
    terms: z.array(termsSchema),
    openOrders: z.array(openOrderSchema),
    proposalId: z.uuid().nullable(),
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof productSchema>;

export const productChangeSchema = z.object({
  serviceLevel: z.number().gt(0).lt(1).optional(),
  active: z.boolean().optional(),
});

/** Demand per day, column-wise since a chart wants columns. `null` = day not observed. */
export const salesSchema = z
  .object({
    dates: z.array(dateSchema),
    units: z.array(z.number().nullable()),
    promotion: z.array(z.boolean().nullable()),
    inStock: z
      .array(z.boolean().nullable())
      .meta({ description: 'false: sold out, so that sales say too little about demand' }),
  })
  .meta({ id: 'Sales' });
export const salesQuerySchema = z.object({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
});

/** Days on which a product is promoted, past or planned. */
export const promotionSchema = z
  .object({
    id: z.string(),
    firstDay: dateSchema,
    lastDay: dateSchema,
    name: z.string().nullable(),
  })
  .meta({ id: 'Promotion' });
export type Promotion = z.infer<typeof promotionSchema>;
export const promotionListQuerySchema = z.object({
  from: dateSchema.optional().meta({ description: 'Leaves out those that ended before' }),
});
export const newPromotionSchema = z.object({
  firstDay: dateSchema,
  lastDay: dateSchema.meta({ description: 'The same day or later, within a year' }),
  name: z.string().trim().min(1).max(200).optional(),
});
export type NewPromotionInput = z.infer<typeof newPromotionSchema>;

export const supplierSchema = z
  .object({
    code: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    currency: z.string().nullable(),
    workingWeekdays: z.array(z.int().min(1).max(7)),
    products: z.int(),
    learnedLeadTime: z
      .object({ receipts: z.int(), meanDays: z.number(), sdDays: z.number(), p90Days: z.number() })
      .nullable(),
    madeUp: z.boolean(),
  })
  .meta({ id: 'Supplier' });

/** Scores of one method in the backtest of one series. */
export const scoreSchema = z
  .object({
    method: z.string(),
    mase: z.number().nullable(),
    rmsse: z.number().nullable(),
    sql: z.number().nullable(),
    bias: z.number().nullable(),
    coverage80: z.number().nullable(),
    windows: z.int(),
  })
  .meta({ id: 'Score' });

/** The newest completed forecast of a product. */
export const productForecastSchema = z
  .object({
    runId: z.uuid(),
    origin: dateSchema.meta({ description: 'First day of the forecast is the day after' }),
    refusal: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
    method: z.string().nullable(),
    reason: z.string().nullable(),
    demandClass: z.string().nullable(),
    machineLearning: z
      .string()
      .nullable()
      .meta({ description: 'What part machine learning had in the run, in one sentence' }),
    scores: z.array(scoreSchema),
    dates: z.array(dateSchema),
    mean: z.array(z.number()),
    levels: z.array(z.number()),
    quantiles: z
      .array(z.array(z.number()))
      .meta({ description: 'One array over the dates per level' }),
    accuracy: z
      .object({
        periods: z.int(),
        through: dateSchema,
        mase: z.number().nullable(),
        bias: z.number().nullable().meta({ description: '(forecast − actual) / actual' }),
        inside80: z.number().meta({ description: 'Share of actuals inside the 80 % interval' }),
      })
      .nullable()
      .meta({ description: 'Of the newest forecast that has met actuals' }),
  })
  .meta({ id: 'ProductForecast' });
