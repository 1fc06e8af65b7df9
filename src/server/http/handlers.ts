import { createApiKey, listApiKeys, revokeApiKey } from '../actions/api-keys.ts';
import { cancelRun } from '../actions/cancel-run.ts';
import { changeProduct } from '../actions/change-product.ts';
import type { ActionContext } from '../actions/context.ts';
import { getProduct } from '../actions/get-product.ts';
import { getRun } from '../actions/get-run.ts';
import { listProducts } from '../actions/list-products.ts';
import { listRuns } from '../actions/list-runs.ts';
import { listSuppliers } from '../actions/list-suppliers.ts';
import { readProductForecast } from '../actions/read-product-forecast.ts';
import { readSales } from '../actions/read-sales.ts';
import { readSetup } from '../actions/set-up.ts';
import { startRun } from '../actions/start-run.ts';
import { changeUser, createUser, listUsers } from '../actions/users.ts';
import { readImportTemplate } from './files.ts';
import { followRun } from './follow-run.ts';
import type { routeTable } from './routes.ts';
import type { Exchange, Services } from './services.ts';
import { completeSetup, readSession, signIn, signOut } from './session.ts';
import type { ActionName, Answer, Input } from './shapes.ts';

/** Actions that anybody may call: nobody is known yet, so they are handed the services. */
type OpenAction = Extract<
  (typeof routeTable)[number],
  readonly [string, 'anyone', ...unknown[]]
>[2];

type Handler<N extends ActionName> = (
  context: N extends OpenAction ? Services : ActionContext,
  input: Input<N>,
  exchange: Exchange,
) => Promise<Answer<N>>;

/** The route table's third column, as code. The compiler holds each against its shape. */
export const handlers: { readonly [N in ActionName]?: Handler<N> } = {
  signIn,
  readSession,
  signOut,
  readSetup,
  completeSetup,
  listUsers,
  createUser,
  changeUser,
  listApiKeys,
  createApiKey,
  revokeApiKey,

  listProducts,
  getProduct,
  changeProduct,
  readSales,
  readProductForecast,
  listSuppliers,

  readImportTemplate,

  listRuns,
  startRun,
  getRun,
  followRun,
  cancelRun,
};
