import { z } from 'zod';
import * as contract from '../../contract/index.ts';

/** An answer that is a file or a stream rather than JSON. */
export interface FileAnswer {
  readonly mediaType: 'text/csv' | 'text/event-stream';
  readonly description: string;
}

/** What an action takes from the request and what it gives back. */
export interface Shape {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** The body is a file, streamed to the action. */
  readonly upload?: true;
  readonly answer: z.ZodType | FileAnswer;
  readonly status?: 201 | 202 | 204;
}

const nothing = z.undefined().meta({ description: 'Done; nothing to say' });
const uuidPath = z.object({ id: z.uuid() });
const skuPath = z.object({ sku: z.string().min(1).max(200) });
const numberText = z.string().regex(/^\d{1,18}$/);
const orderPath = z.object({ id: numberText });
const csvFile = (description: string) => ({ mediaType: 'text/csv', description }) as const;
const { pageOf } = contract;

export const shapes = {
  signIn: { body: contract.signInSchema, answer: contract.sessionSchema },
  readSession: { answer: contract.sessionSchema },
  signOut: { answer: nothing, status: 204 },
  readSetup: { answer: contract.setupStatusSchema },
  completeSetup: {
    body: contract.setupRequestSchema,
    answer: contract.setupStatusSchema,
    status: 201,
  },
  listUsers: { answer: z.object({ items: z.array(contract.userSchema) }) },
  createUser: { body: contract.newUserSchema, answer: contract.userSchema, status: 201 },
  changeUser: { params: uuidPath, body: contract.userChangeSchema, answer: contract.userSchema },
  listApiKeys: { answer: z.object({ items: z.array(contract.apiKeySchema) }) },
  createApiKey: {
    body: contract.newApiKeySchema,
    answer: contract.createdApiKeySchema,
    status: 201,
  },
  revokeApiKey: { params: uuidPath, answer: nothing, status: 204 },

  listDeploys: { answer: contract.deployListSchema },
  recordDeploy: {
    body: contract.deployRecordSchema,
    answer: contract.deployRecordSchema,
    status: 201,
  },
  createScratchTenant: { answer: contract.scratchTenantSchema, status: 201 },
  removeScratchTenant: { params: uuidPath, answer: nothing, status: 204 },
  checkAccuracy: {
    body: contract.newAccuracyCheckSchema,
    answer: {
      mediaType: 'text/event-stream',
      description:
        'Events named progress, then one named report whose data is an AccuracyReport as JSON, or refused with a Problem. Closing the connection cancels',
    },
  },

  readToday: { answer: contract.todaySchema },
  listProducts: {
    query: contract.productListQuerySchema,
    answer: pageOf(contract.productSummarySchema),
  },
  getProduct: { params: skuPath, answer: contract.productSchema },
  changeProduct: {
    params: skuPath,
    body: contract.productChangeSchema,
    answer: contract.productSchema,
  },
  readSales: { params: skuPath, query: contract.salesQuerySchema, answer: contract.salesSchema },
  readProductForecast: { params: skuPath, answer: contract.productForecastSchema.nullable() },
  listPromotions: {
    params: skuPath,
    query: contract.promotionListQuerySchema,
    answer: z.object({ items: z.array(contract.promotionSchema) }),
  },
  planPromotion: {
    params: skuPath,
    body: contract.newPromotionSchema,
    answer: contract.promotionSchema,
    status: 201,
  },
  removePromotion: { params: skuPath.extend({ id: numberText }), answer: nothing, status: 204 },
  listSuppliers: { query: contract.pageQuerySchema, answer: pageOf(contract.supplierSchema) },

  listImports: { query: contract.pageQuerySchema, answer: pageOf(contract.importSchema) },
  uploadImport: {
    query: contract.importUploadQuerySchema,
    upload: true,
    answer: contract.importSchema,
    status: 202,
  },
  readImportTemplate: {
    params: z.object({ kind: contract.importKindSchema }),
    answer: csvFile('Header line and one example row'),
  },
  getImport: { params: uuidPath, answer: contract.importSchema },
  listImportErrors: {
    params: uuidPath,
    query: contract.importErrorQuerySchema,
    answer: pageOf(contract.importErrorSchema),
  },
  commitImport: { params: uuidPath, answer: contract.importSchema, status: 202 },
  cancelImport: { params: uuidPath, answer: contract.importSchema },

  listRuns: { query: contract.pageQuerySchema, answer: pageOf(contract.runSchema) },
  startRun: { body: contract.newRunSchema, answer: contract.runSchema, status: 202 },
  getRun: { params: uuidPath, answer: contract.runSchema },
  readRunModels: { params: uuidPath, answer: contract.runModelsSchema },
  followRun: {
    params: uuidPath,
    answer: {
      mediaType: 'text/event-stream',
      description: 'Events named run whose data is a Run as JSON; the stream ends with the run',
    },
  },
  cancelRun: { params: uuidPath, answer: contract.runSchema, status: 202 },

  listProposals: {
    query: contract.proposalListQuerySchema,
    answer: pageOf(contract.proposalSchema),
  },
  listSupplierProposals: {
    answer: z.object({ items: z.array(contract.supplierProposalsSchema) }),
  },
  acceptProposals: { body: contract.acceptManySchema, answer: contract.acceptedManySchema },
  refreshProposals: { answer: contract.refreshedProposalsSchema },
  getProposal: { params: uuidPath, answer: contract.proposalWithTraceSchema },
  acceptProposal: {
    params: uuidPath,
    body: contract.acceptProposalSchema,
    answer: contract.proposalSchema,
  },
  dismissProposal: {
    params: uuidPath,
    body: contract.dismissProposalSchema,
    answer: contract.proposalSchema,
  },
  reopenProposal: { params: uuidPath, answer: contract.proposalSchema },

  listOrders: { query: contract.orderListQuerySchema, answer: pageOf(contract.orderSchema) },
  getOrder: { params: orderPath, answer: contract.orderSchema },
  downloadOrder: { params: orderPath, answer: csvFile('One line per product ordered') },
  confirmOrder: {
    params: orderPath,
    body: contract.confirmOrderSchema,
    answer: contract.orderSchema,
  },
  cancelOrder: { params: orderPath, answer: contract.orderSchema },
  changeOrderLine: {
    params: z.object({ id: numberText, line: numberText }),
    body: contract.changeLineSchema,
    answer: contract.orderSchema,
  },
  receiveOrder: { params: orderPath, body: contract.receiveSchema, answer: contract.orderSchema },
} as const satisfies Record<string, Shape>;

export type ActionName = keyof typeof shapes;

type Part<S, K extends string> =
  S extends Record<K, infer T extends z.ZodType> ? z.output<T> : unknown;

/** Everything that a request says to an action, in one object: path, query and body. */
export type Input<N extends ActionName> = Part<(typeof shapes)[N], 'params'> &
  Part<(typeof shapes)[N], 'query'> &
  Part<(typeof shapes)[N], 'body'>;

/** What the action gives back, before it is written as JSON. */
export type Answer<N extends ActionName> = (typeof shapes)[N] extends { status: 204 }
  ? unknown
  : (typeof shapes)[N]['answer'] extends infer A extends z.ZodType
    ? z.output<A>
    : unknown;

export function isFile(answer: Shape['answer']): answer is FileAnswer {
  return 'mediaType' in answer;
}
