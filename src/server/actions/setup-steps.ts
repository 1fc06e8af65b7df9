import { type ImportKind, Refusal } from '../../contract/index.ts';
import { importKinds } from '../imports/kinds/all-kinds.ts';
import type { SetupFile } from '../imports/setup-folder.ts';
import { enterTenant, type Tx } from '../store/database.ts';
import type { Role } from '../store/schema.ts';
import type { TenantConnection } from '../store/tenant-connection.ts';
import { insertTenant } from '../store/tenants.ts';
import { insertUser } from '../store/users.ts';
import type { Clock } from './context.ts';
import { importSetupFile } from './import-setup-file.ts';
import { planRun } from './start-run.ts';

/** Somebody who can sign in; of the password only its hash. */
export interface NewAccount {
  readonly email: string;
  readonly passwordHash: string;
}

/** What the steps work on. */
export interface SetupParts {
  readonly connection: TenantConnection;
  readonly clock: Clock;
  readonly tenantId: string;
  /** False for a company that has lost its administrators: it gets a new one, and keeps the rest. */
  readonly newCompany: boolean;
  readonly companyName: string;
  readonly currency: string;
  readonly administrator: NewAccount;
  readonly testUser: NewAccount | null;
  readonly demoData: boolean;
  readonly files: readonly SetupFile[];
  readonly insertDemoData: InsertDemoData;
  /** Filled by the steps. */
  administratorId: string | null;
  runId: string | null;
}

/** Fills a new tenant with the demo company, in the same transaction. */
export type InsertDemoData = (
  tx: Tx,
  target: { tenantId: string; currency: string; today: string },
) => Promise<void>;

/** One step of the set-up. All steps share one transaction: an error in any undoes them all. */
export interface SetupStep {
  readonly name: string;
  /** A step that is not wanted is passed over. */
  readonly wanted: (parts: SetupParts) => boolean;
  readonly run: (parts: SetupParts) => Promise<void>;
}

/** What set-up makes, in this order. */
export const setupSteps: readonly SetupStep[] = [
  { name: 'company', wanted: ({ newCompany }) => newCompany, run: makeCompany },
  { name: 'administrator', wanted: () => true, run: makeAdministrator },
  {
    name: 'test user',
    wanted: ({ newCompany, testUser }) => newCompany && testUser !== null,
    run: makeTestUser,
  },
  {
    name: 'demo data',
    wanted: ({ newCompany, demoData }) => newCompany && demoData,
    run: fillWithDemoData,
  },
  ...(Object.keys(importKinds) as ImportKind[]).map(importStep),
  {
    // The first page has something to show, once the queue has heard of it.
    name: 'first forecast run',
    wanted: ({ newCompany, demoData, files }) => newCompany && (demoData || files.length > 0),
    run: planFirstRun,
  },
];

async function makeCompany(parts: SetupParts): Promise<void> {
  const { connection, tenantId: id, companyName: name, currency, demoData } = parts;
  await enterTenant(connection.tx, id);
  await insertTenant(connection.tx, { id, name, currency, demoData });
}

async function makeAdministrator(parts: SetupParts): Promise<void> {
  await enterTenant(parts.connection.tx, parts.tenantId);
  parts.administratorId = await makeUser(parts, parts.administrator, 'admin');
}

async function makeTestUser(parts: SetupParts): Promise<void> {
  await makeUser(parts, parts.testUser as NewAccount, 'planner');
}

async function makeUser(
  { connection, tenantId }: SetupParts,
  { email, passwordHash }: NewAccount,
  role: Role,
): Promise<string> {
  const user = await insertUser(connection.tx, { tenantId, email, passwordHash, role });
  if (!user) throw new Refusal('already_exists', { email });
  return user.id;
}

async function fillWithDemoData(parts: SetupParts): Promise<void> {
  const { connection, tenantId, currency, clock, insertDemoData } = parts;
  await insertDemoData(connection.tx, { tenantId, currency, today: clock.today() });
}

function importStep(kind: ImportKind): SetupStep {
  const fileIn = ({ files }: SetupParts) => files.find((file) => file.kind === kind);
  return {
    name: `${kind} file`,
    wanted: (parts) => parts.newCompany && fileIn(parts) !== undefined,
    run: async (parts) => {
      const { connection, clock, tenantId, administrator, administratorId: userId } = parts;
      const context = { clock, tenantId, actor: administrator.email, userId };
      await importSetupFile(connection, context, fileIn(parts) as SetupFile);
    },
  };
}

async function planFirstRun(parts: SetupParts): Promise<void> {
  const { connection, tenantId, administrator } = parts;
  parts.runId = await planRun(connection.tx, { tenantId, actor: administrator.email });
}
