import type { ActionName } from './shapes.ts';

/** Who may call: anybody, or whoever has this role or one above it (viewer < planner < admin). */
export type Audience = 'anyone' | 'viewer' | 'planner' | 'admin';
type Row = readonly [route: string, audience: Audience, action: ActionName, summary: string];

/**
 * The product, on one screen: what can be asked under /api/v1, by whom, and which action answers.
 * shapes.ts says what each takes and gives; handlers.ts binds the names to the code.
 */
// biome-ignore format: a table reads by its columns
export const routeTable = [
  ['POST   /session',                         'anyone',  'signIn',               'Sign in with e-mail and password'],
  ['GET    /session',                         'viewer',  'readSession',          'Who is signed in, and for which company'],
  ['DELETE /session',                         'viewer',  'signOut',              'Sign out'],
  ['GET    /setup',                           'anyone',  'readSetup',            'How far set-up has come'],
  ['POST   /setup',                           'anyone',  'completeSetup',        'Create company and administrator with the one-time link'],
  ['GET    /users',                           'admin',   'listUsers',            'Users'],
  ['POST   /users',                           'admin',   'createUser',           'Add a user'],
  ['PATCH  /users/:id',                       'admin',   'changeUser',           'Change role or password, disable or enable a user'],
  ['GET    /api-keys',                        'admin',   'listApiKeys',          'API keys, without their secrets'],
  ['POST   /api-keys',                        'admin',   'createApiKey',         'Make an API key; its secret is shown once'],
  ['DELETE /api-keys/:id',                    'admin',   'revokeApiKey',         'Revoke an API key'],

  ['GET    /deploys',                         'admin',   'listDeploys',          'What was deployed when, and what serves now'],
  ['POST   /deploys',                         'admin',   'recordDeploy',         'Report a delivery; the same id twice is kept once'],
  ['POST   /scratch-tenants',                 'admin',   'createScratchTenant',  'A tenant for a smoke test; gone after an hour by itself'],
  ['DELETE /scratch-tenants/:id',             'admin',   'removeScratchTenant',  'Remove a scratch tenant with all that it has'],
  ['POST   /accuracy-checks',                 'admin',   'checkAccuracy',        'Score a sample of series on this server, as server-sent events'],

  ['GET    /today',                           'viewer',  'readToday',            'What needs attention today, in units and money'],
  ['GET    /products',                        'viewer',  'listProducts',         'Products, all or by part of SKU or name'],
  ['GET    /products/:sku',                   'viewer',  'getProduct',           'One product with stock, terms and open orders'],
  ['PATCH  /products/:sku',                   'planner', 'changeProduct',        'Change service level, or stop and resume planning'],
  ['GET    /products/:sku/sales',             'viewer',  'readSales',            'Demand per day'],
  ['GET    /products/:sku/forecast',          'viewer',  'readProductForecast',  'The newest completed forecast, with its scores; null while there is none'],
  ['GET    /products/:sku/promotions',        'viewer',  'listPromotions',       'Promotions, past and planned'],
  ['POST   /products/:sku/promotions',        'planner', 'planPromotion',        'Plan a promotion; the next forecast run knows it'],
  ['DELETE /products/:sku/promotions/:id',    'planner', 'removePromotion',      'Take a promotion out of the plan'],
  ['GET    /suppliers',                       'viewer',  'listSuppliers',        'Suppliers with their learned lead times'],

  ['GET    /imports',                         'viewer',  'listImports',          'Imports, newest first'],
  ['POST   /imports',                         'planner', 'uploadImport',         'Upload a CSV file (gzip allowed) for a dry run'],
  ['GET    /imports/templates/:kind',         'viewer',  'readImportTemplate',   'The header and an example row of an import file'],
  ['GET    /imports/:id',                     'viewer',  'getImport',            'One import: state, rows, refusal'],
  ['GET    /imports/:id/errors',              'viewer',  'listImportErrors',     'Bad rows by line and column, each with its remedy'],
  ['POST   /imports/:id/commit',              'planner', 'commitImport',         'Take the checked file over'],
  ['POST   /imports/:id/cancel',              'planner', 'cancelImport',         'Drop an import that was not committed'],

  ['GET    /runs',                            'viewer',  'listRuns',             'Forecast runs, newest first'],
  ['POST   /runs',                            'planner', 'startRun',             'Start a forecast run over the catalogue'],
  ['GET    /runs/:id',                        'viewer',  'getRun',               'One run: progress, methods, accuracy'],
  ['GET    /runs/:id/models',                 'viewer',  'readRunModels',        'Which products machine-learning models forecast, and what they gained'],
  ['GET    /runs/:id/events',                 'viewer',  'followRun',            'The run as server-sent events until it ends'],
  ['POST   /runs/:id/cancel',                 'planner', 'cancelRun',            'Cancel a run; finished series are not published'],

  ['GET    /proposals',                       'viewer',  'listProposals',        'Order proposals'],
  ['GET    /proposals/by-supplier',           'viewer',  'listSupplierProposals','Open proposals summed per supplier'],
  ['POST   /proposals/accept',                'planner', 'acceptProposals',      'Accept many as proposed; outcomes per proposal'],
  ['POST   /proposals/refresh',               'planner', 'refreshProposals',     'Recompute from the newest run and the present stock'],
  ['GET    /proposals/:id',                   'viewer',  'getProposal',          'One proposal with the arithmetic behind its quantity'],
  ['POST   /proposals/:id/accept',            'planner', 'acceptProposal',       'Accept, as proposed or with another quantity and a reason'],
  ['POST   /proposals/:id/dismiss',           'planner', 'dismissProposal',      'Dismiss with a reason'],
  ['POST   /proposals/:id/reopen',            'planner', 'reopenProposal',       'Take a decision back while its order is a draft'],

  ['GET    /purchase-orders',                 'viewer',  'listOrders',           'Purchase orders, newest first'],
  ['GET    /purchase-orders/:id',             'viewer',  'getOrder',             'One purchase order with its lines'],
  ['GET    /purchase-orders/:id/csv',         'viewer',  'downloadOrder',        'A purchase order as a CSV file for the supplier'],
  ['POST   /purchase-orders/:id/confirm',     'planner', 'confirmOrder',         'Confirm a draft; lead times count from here'],
  ['POST   /purchase-orders/:id/cancel',      'planner', 'cancelOrder',          'Cancel what has not been received'],
  ['PATCH  /purchase-orders/:id/lines/:line', 'planner', 'changeOrderLine',      'Change the quantity of a draft line; 0 removes it'],
  ['POST   /purchase-orders/:id/receipts',    'planner', 'receiveOrder',         'Receive, whole or part; stock rises by it'],
] as const satisfies readonly Row[];

export const apiPrefix = '/api/v1';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the prefix, with `:name` parameters. */
  readonly path: string;
  readonly audience: Audience;
  readonly action: ActionName;
  readonly summary: string;
  readonly writes: boolean;
}

/** The table's rows, taken apart. */
export const routes: readonly Route[] = routeTable.map(([route, audience, action, summary]) => {
  const [method, path] = route.split(/\s+/) as [Route['method'], string];
  return { method, path, audience, action, summary, writes: method !== 'GET' };
});

/** Resource that a route belongs to: the first word of its path. */
export function resourceOf(route: Route): string {
  return route.path.split('/')[1] as string;
}
