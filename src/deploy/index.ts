/** Delivery: a version goes to a destination, stays or comes back. Speaks HTTP to a server, never imports one. */

export { readDeployment } from './configuration/read-deployment.ts';
export { type Delivery, type PlannedDelivery, refuseUnlessDone } from './deliver.ts';
export type { HeldLease, LeaseOwner } from './journal/lease.ts';
export {
  approve,
  deployVersion,
  destinationStatus,
  type OperationRequest,
  passedOn,
  planDelivery,
  planRollback,
  rollBack,
  type Surroundings,
  unlock,
} from './operations.ts';
export type { HostStatus } from './status.ts';
export type { Destination } from './steps/deploy.ts';
export { productChecks } from './steps/product-checks.ts';
export type { PlanListener } from './steps/run-plan.ts';
