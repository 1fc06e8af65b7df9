import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api-client/client.ts';

export type Proposal = Schemas['Proposal'];
export type ProposalWithTrace = Schemas['ProposalWithTrace'];
export type TraceStep = Schemas['TraceStep'];
export type SupplierProposals = Schemas['SupplierProposals'];

const pageSize = 100;
/** So many lines are read at a glance on a wide window; a phone shows one supplier's. */
const linesAtAGlance = 40;
const wideWindow = '(min-width: 900px)';

/** Suppliers whose lines are shown from the start: the most urgent, and more where there is room. */
export function openedSuppliers(suppliers: readonly SupplierProposals[]): SupplierProposals[] {
  const isWide = globalThis.matchMedia(wideWindow).matches;
  let lines = 0;
  return suppliers.filter((supplier, i) => {
    lines += supplier.lines;
    return i === 0 || (isWide && lines <= linesAtAGlance);
  });
}

export const supplierProposalsQuery = queryOptions({
  queryKey: ['proposals', 'by-supplier'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/api/v1/proposals/by-supplier', { signal }))).items,
});

/** Open lines of one supplier, page by page. */
export function supplierLinesQuery(supplierCode: string) {
  return infiniteQueryOptions({
    queryKey: ['proposals', 'lines', supplierCode],
    // A decided line stays in sight until the planner leaves: refetching would pull it away.
    refetchOnWindowFocus: false,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listOpen({ supplierCode, cursor: pageParam, limit: pageSize, signal }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

interface OpenPage {
  supplierCode: string;
  cursor?: string | undefined;
  limit: number;
  signal?: AbortSignal;
}

function listOpen({ signal, ...page }: OpenPage) {
  const query = { state: 'open', ordersOnly: 'true', ...page } as const;
  return answer(api.GET('/api/v1/proposals', { params: { query }, signal }));
}

/** Ids of every open line of a supplier, also of pages that are not on screen. */
export async function openProposalIds(supplierCode: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listOpen({ supplierCode, cursor, limit: 500 });
    ids.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return ids;
}

export function proposalQuery(id: string) {
  return queryOptions({
    queryKey: ['proposals', 'one', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/proposals/{id}', { params: { path: { id } }, signal })),
  });
}

export function acceptProposal(
  id: string,
  body: { quantity?: number; reason?: string },
): Promise<Proposal> {
  return answer(api.POST('/api/v1/proposals/{id}/accept', { params: { path: { id } }, body }));
}

export function dismissProposal(id: string, reason: string): Promise<Proposal> {
  const params = { path: { id } };
  return answer(api.POST('/api/v1/proposals/{id}/dismiss', { params, body: { reason } }));
}

export function reopenProposal(id: string): Promise<Proposal> {
  return answer(api.POST('/api/v1/proposals/{id}/reopen', { params: { path: { id } } }));
}

export function acceptProposals(ids: string[]) {
  return answer(api.POST('/api/v1/proposals/accept', { body: { ids } }));
}

export function refreshProposals() {
  return answer(api.POST('/api/v1/proposals/refresh'));
}
