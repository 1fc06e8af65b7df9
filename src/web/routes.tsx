import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiProblem } from './api-client/client.ts';
import { PageSkeleton } from './components/page-skeleton.tsx';
import { Shell } from './components/shell.tsx';
import { ErrorPage } from './pages/error-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { deploysQuery } from './queries/deploys.ts';
import { importListQuery, importQuery } from './queries/imports.ts';
import {
  productForecastQuery,
  productListQuery,
  productQuery,
  salesQuery,
} from './queries/products.ts';
import { promotionsQuery } from './queries/promotions.ts';
import {
  openedSuppliers,
  proposalQuery,
  supplierLinesQuery,
  supplierProposalsQuery,
} from './queries/proposals.ts';
import {
  type OrderState,
  purchaseOrderListQuery,
  purchaseOrderQuery,
} from './queries/purchase-orders.ts';
import { runListQuery } from './queries/runs.ts';
import { sessionQuery, setupQuery } from './queries/session.ts';
import { apiKeysQuery, usersQuery } from './queries/settings.ts';
import { statusQuery } from './queries/status.ts';
import { todayQuery } from './queries/today.ts';

interface RouteContext {
  queryClient: QueryClient;
}
type Search = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
  value === undefined || value === '' ? undefined : String(value);

const root = createRootRouteWithContext<RouteContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search: Search): { token?: string } => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import('./pages/setup-page.tsx'), 'SetupPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Search): { next?: string } => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import('./pages/sign-in-page.tsx'), 'SignInPage'),
});

/** Everything below needs somebody who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  pendingComponent: () => null,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery).catch(toSetup);
    if (session) return;
    const setup = await context.queryClient.fetchQuery(setupQuery);
    if (setup.state !== 'completed') throw redirect({ to: '/setup' });
    const next = location.href === '/' ? undefined : location.href;
    throw redirect({ to: '/sign-in', search: { next } });
  },
});

function toSetup(error: unknown): never {
  if (error instanceof ApiProblem && error.code === 'setup_not_complete') {
    throw redirect({ to: '/setup' });
  }
  throw error;
}

const today = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  loader: ({ context }) => context.queryClient.ensureQueryData(todayQuery),
  component: lazyRouteComponent(() => import('./pages/today-page.tsx'), 'TodayPage'),
});

const orders = createRoute({
  getParentRoute: () => signedIn,
  path: '/orders',
  loader: async ({ context: { queryClient } }) => {
    const suppliers = await queryClient.ensureQueryData(supplierProposalsQuery);
    // Awaited: a list that fills later would push the suppliers below it away.
    await Promise.all(
      openedSuppliers(suppliers).map(({ supplierCode }) =>
        queryClient.ensureInfiniteQueryData(supplierLinesQuery(supplierCode)),
      ),
    );
  },
  component: lazyRouteComponent(() => import('./pages/orders-page.tsx'), 'OrdersPage'),
});

const purchaseOrders = createRoute({
  getParentRoute: () => signedIn,
  path: '/purchase-orders',
  validateSearch: (search: Search): { state?: OrderState } => ({
    state: text(search.state) as OrderState | undefined,
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    context.queryClient.ensureInfiniteQueryData(purchaseOrderListQuery(deps.state)),
  component: lazyRouteComponent(
    () => import('./pages/purchase-orders-page.tsx'),
    'PurchaseOrdersPage',
  ),
});

const purchaseOrder = createRoute({
  getParentRoute: () => signedIn,
  path: '/purchase-orders/$id',
  loader: ({ context, params }) =>
    context.queryClient.ensureQueryData(purchaseOrderQuery(params.id)),
  component: lazyRouteComponent(
    () => import('./pages/purchase-order-page.tsx'),
    'PurchaseOrderPage',
  ),
});

const products = createRoute({
  getParentRoute: () => signedIn,
  path: '/products',
  validateSearch: (search: Search): { q?: string; focus?: string } => ({
    q: text(search.q),
    focus: text(search.focus),
  }),
  loaderDeps: ({ search }) => ({ q: search.q }),
  loader: ({ context, deps }) =>
    context.queryClient.ensureInfiniteQueryData(productListQuery(deps.q ?? '')),
  component: lazyRouteComponent(() => import('./pages/products-page.tsx'), 'ProductsPage'),
});

const product = createRoute({
  getParentRoute: () => signedIn,
  path: '/products/$sku',
  loader: async ({ context: { queryClient }, params: { sku } }) => {
    const charts = Promise.all([
      queryClient.ensureQueryData(salesQuery(sku)),
      queryClient.ensureQueryData(promotionsQuery(sku)),
      queryClient.ensureQueryData(productForecastQuery(sku)),
    ]);
    const { proposalId } = await queryClient.ensureQueryData(productQuery(sku));
    if (proposalId) await queryClient.prefetchQuery(proposalQuery(proposalId));
    await charts;
  },
  component: lazyRouteComponent(() => import('./pages/product-page.tsx'), 'ProductPage'),
});

const imports = createRoute({
  getParentRoute: () => signedIn,
  path: '/import',
  loader: ({ context }) => context.queryClient.ensureInfiniteQueryData(importListQuery),
  component: lazyRouteComponent(() => import('./pages/import-page.tsx'), 'ImportPage'),
});

const oneImport = createRoute({
  getParentRoute: () => signedIn,
  path: '/import/$id',
  loader: ({ context, params }) => context.queryClient.ensureQueryData(importQuery(params.id)),
  component: lazyRouteComponent(() => import('./pages/one-import-page.tsx'), 'OneImportPage'),
});

const runs = createRoute({
  getParentRoute: () => signedIn,
  path: '/runs',
  loader: ({ context }) => context.queryClient.ensureInfiniteQueryData(runListQuery),
  component: lazyRouteComponent(() => import('./pages/runs-page.tsx'), 'RunsPage'),
});

const deploys = createRoute({
  getParentRoute: () => signedIn,
  path: '/deploys',
  loader: ({ context }) => context.queryClient.ensureQueryData(deploysQuery),
  component: lazyRouteComponent(() => import('./pages/deploys-page.tsx'), 'DeploysPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  loader: async ({ context: { queryClient } }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session?.user.role !== 'admin') return;
    await Promise.all([
      queryClient.ensureQueryData(usersQuery),
      queryClient.ensureQueryData(apiKeysQuery),
      // Together with the rest, or the page grows under the reader; a failure has its own note.
      queryClient.prefetchQuery(statusQuery),
    ]);
  },
  component: lazyRouteComponent(() => import('./pages/settings-page.tsx'), 'SettingsPage'),
});

const routeTree = root.addChildren([
  setup,
  signIn,
  signedIn.addChildren([
    today,
    orders,
    purchaseOrders,
    purchaseOrder,
    products,
    product,
    imports,
    oneImport,
    runs,
    deploys,
    settings,
  ]),
]);

/** Search parameters are plain text: the usual JSON reading would turn SKU 1e3 into 1000. */
function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `?${query}` : '';
}

export function createPageRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    // What is fresh is the query cache's business.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 120,
    defaultPendingMinMs: 0,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
