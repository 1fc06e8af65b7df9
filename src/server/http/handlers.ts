import { acceptProposal } from '../actions/accept-proposal.ts';
import { acceptProposals } from '../actions/accept-proposals.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '../actions/api-keys.ts';
import { cancelImport } from '../actions/cancel-import.ts';
import { cancelOrder } from '../actions/cancel-order.ts';
import { cancelRun } from '../actions/cancel-run.ts';
import { changeOrderLine } from '../actions/change-order-line.ts';
import { changeProduct } from '../actions/change-product.ts';
import { commitImport } from '../actions/commit-import.ts';
import { confirmOrder } from '../actions/confirm-order.ts';
import type { ActionContext } from '../actions/context.ts';
import { recordDeploy } from '../actions/deploys.ts';
import { dismissProposal } from '../actions/dismiss-proposal.ts';
import { getImport } from '../actions/get-import.ts';
import { getOrder } from '../actions/get-order.ts';
import { getProduct } from '../actions/get-product.ts';
import { getProposal } from '../actions/get-proposal.ts';
import { getRun } from '../actions/get-run.ts';
import { listImportErrors } from '../actions/list-import-errors.ts';
import { listImports } from '../actions/list-imports.ts';
import { listOrders } from '../actions/list-orders.ts';
import { listProducts } from '../actions/list-products.ts';
import { listProposals } from '../actions/list-proposals.ts';
import { listRuns } from '../actions/list-runs.ts';
import { listSupplierProposals } from '../actions/list-supplier-proposals.ts';
import { listSuppliers } from '../actions/list-suppliers.ts';
import { listPromotions, planPromotion, removePromotion } from '../actions/promotions.ts';
import { readProductForecast } from '../actions/read-product-forecast.ts';
import { readRunModels } from '../actions/read-run-models.ts';
import { readSales } from '../actions/read-sales.ts';
import { describeSetup } from '../actions/read-setup.ts';
import { readToday } from '../actions/read-today.ts';
import { receiveOrder } from '../actions/receive-order.ts';
import { refreshProposals } from '../actions/refresh-proposals.ts';
import { reopenProposal } from '../actions/reopen-proposal.ts';
import { createScratchTenant, removeScratchTenant } from '../actions/scratch-tenants.ts';
import { startRun } from '../actions/start-run.ts';
import { changeUser, createUser, listUsers } from '../actions/users.ts';
import { checkAccuracy } from './check-accuracy.ts';
import { listDeploys } from './deploys.ts';
import { downloadOrder, readImportTemplate, uploadImport } from './files.ts';
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
export const handlers: { readonly [N in ActionName]: Handler<N> } = {
  signIn,
  readSession,
  signOut,
  readSetup: describeSetup,
  completeSetup,
  listUsers,
  createUser,
  changeUser,
  listApiKeys,
  createApiKey,
  revokeApiKey,

  listDeploys,
  recordDeploy,
  createScratchTenant: (_context, _input, { services }) => createScratchTenant(services),
  removeScratchTenant: (_context, input, { services }) => removeScratchTenant(services, input),
  checkAccuracy,

  readToday,
  listProducts,
  getProduct,
  changeProduct,
  readSales,
  readProductForecast,
  listPromotions,
  planPromotion,
  removePromotion,
  listSuppliers,

  listImports,
  uploadImport,
  readImportTemplate,
  getImport,
  listImportErrors,
  commitImport,
  cancelImport,

  listRuns,
  startRun,
  getRun,
  readRunModels,
  followRun,
  cancelRun,

  listProposals,
  listSupplierProposals,
  acceptProposals,
  refreshProposals: (context) => refreshProposals(context),
  getProposal,
  acceptProposal,
  dismissProposal,
  reopenProposal,

  listOrders,
  getOrder,
  downloadOrder,
  confirmOrder,
  cancelOrder,
  changeOrderLine,
  receiveOrder,
};
