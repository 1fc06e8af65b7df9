import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useMay } from '../components/access.ts';
import { announce, announceProblem } from '../components/announcements.ts';
import { Button } from '../components/button.tsx';
import { Empty } from '../components/empty.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { StartForecast } from '../components/start-forecast.tsx';
import { SupplierSection } from '../components/supplier-section.tsx';
import { moneyList } from '../format/money.ts';
import { count } from '../format/number.ts';
import { sumMoney } from '../format/sum-money.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import {
  openedSuppliers,
  refreshProposals,
  type SupplierProposals,
  supplierProposalsQuery,
} from '../queries/proposals.ts';
import { todayQuery } from '../queries/today.ts';

/** Moves the focus from line to line, across the suppliers that are open. */
function walkLines(step: 1 | -1): void {
  const lines = [...document.querySelectorAll<HTMLElement>('[data-line]')].filter((line) =>
    line.checkVisibility(),
  );
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : lines.length - 1) : at + step;
  lines[next]?.focus();
  lines[next]?.scrollIntoView({ block: 'nearest' });
}

function RefreshButton() {
  const queryClient = useQueryClient();
  const refresh = useMutation({
    mutationFn: refreshProposals,
    onError: announceProblem,
    onSuccess: async () => {
      announce('Proposals are recomputed from the present stock and orders.');
      await queryClient.invalidateQueries({ queryKey: ['proposals'] });
      await queryClient.invalidateQueries({ queryKey: ['today'] });
    },
  });
  return (
    <Button busy={refresh.isPending} onClick={() => refresh.mutate()}>
      Recompute
    </Button>
  );
}

function Nothing() {
  const { data: today } = useSuspenseQuery(todayQuery);
  if (!today.lastRun || !today.asOf) {
    return (
      <Empty title="No proposals yet" action={<StartForecast />}>
        Proposals are made from a forecast run: it reads every product’s sales and says how much to
        order from whom.
      </Empty>
    );
  }
  return (
    <Empty
      title="Nothing to order"
      action={
        <Link to="/purchase-orders" className="button">
          See purchase orders
        </Link>
      }
    >
      Every product lasts until its next chance to order, or its proposal has been decided. After a
      delivery or a stock count, recompute.
    </Empty>
  );
}

/**
 * Suppliers in the order in which they stood when the page was opened. One whose last line has just
 * been decided stays, so that the decision can still be seen and taken back.
 */
function useSeenSuppliers(current: readonly SupplierProposals[]): SupplierProposals[] {
  const seen = useRef(new Map<string, SupplierProposals>());
  const open = new Map(current.map((supplier) => [supplier.supplierCode, supplier]));
  for (const [code, supplier] of open) seen.current.set(code, supplier);
  return [...seen.current.values()].map(
    (supplier) =>
      open.get(supplier.supplierCode) ?? { ...supplier, lines: 0, units: 0, value: [], urgent: 0 },
  );
}

export function OrdersPage() {
  const { data: suppliers } = useSuspenseQuery(supplierProposalsQuery);
  const seen = useSeenSuppliers(suppliers);
  const [opened] = useState(
    () => new Set(openedSuppliers(suppliers).map(({ supplierCode }) => supplierCode)),
  );
  const mayPlan = useMay('planner');
  useShortcuts({ j: () => walkLines(1), k: () => walkLines(-1) });
  const lines = suppliers.reduce((sum, supplier) => sum + supplier.lines, 0);
  const value = sumMoney(suppliers.flatMap((supplier) => supplier.value));

  return (
    <div className="page">
      <PageHeader title="Orders" actions={mayPlan && <RefreshButton />}>
        {lines === 0
          ? 'Proposals by supplier'
          : `${count(lines, 'line')} at ${count(suppliers.length, 'supplier')}${value.length > 0 ? ` · ${moneyList(value)}` : ''}`}
      </PageHeader>
      {seen.length === 0 ? (
        <Nothing />
      ) : (
        seen.map((supplier) => (
          <SupplierSection
            key={supplier.supplierCode}
            supplier={supplier}
            startOpen={opened.has(supplier.supplierCode)}
          />
        ))
      )}
    </div>
  );
}
