import { refusalWords } from '../components/refusal-words.ts';
import { TableFrame } from '../components/table-frame.tsx';
import { count, decimal, quantity, units } from '../format/number.ts';
import type { ProductForecast } from '../queries/products.ts';
import type { Proposal } from '../queries/proposals.ts';
import type { View, WhatIfAnswer } from './re-forecast.ts';
import type { WhatIfState } from './use-what-if.ts';

interface WhatIfResultProps {
  state: WhatIfState;
  saved: { forecast: ProductForecast; proposal: Proposal | null };
  unit: string;
  /** Whether the changes speak of promotions, which few methods know. */
  promoted: boolean;
}

/** What the changes would come to, beside what is saved. */
export function WhatIfResult({ state, saved, unit, promoted }: WhatIfResultProps) {
  const { answer } = state;
  return (
    <>
      <p role="status" aria-busy={state.busy} className="small">
        {answer === null && !state.busy && 'Nothing is supposed yet. Nothing here is saved.'}
        {answer?.ok && sentence(answer, unit)}
      </p>
      {answer && !answer.ok && (
        <p className="note warn">
          {answer.code === 'engine_fault'
            ? 'It could not be computed in this browser. Reload the page and try again.'
            : refusalWords(answer.code).title}
        </p>
      )}
      {answer?.ok && (
        <>
          <Comparison answer={answer} saved={saved} />
          <p className="small soft">
            Computed in this browser by {answer.forms.join(', ')}
            {promoted && ', which knows promotions'}. “Unchanged” is the same computation without
            what is supposed; it may differ from the saved one, which weighs more methods, lead
            times learned from receipts and the supplier’s calendar.
          </p>
        </>
      )}
    </>
  );
}

type Answered = Extract<WhatIfAnswer, { ok: true }>;

function sentence({ unchanged, changed }: Answered, unit: string): string {
  const days = count(changed.mean.length, 'day');
  const demand = `What-if, not saved: ${quantity(changed.total, unit, 0)} expected over ${days} instead of ${decimal(unchanged.total)}`;
  if (!changed.order || !unchanged.order) return `${demand}.`;
  return `${demand}; order ${quantity(changed.order.quantity, unit)} instead of ${units(unchanged.order.quantity)}.`;
}

function Comparison({ answer, saved }: { answer: Answered; saved: WhatIfResultProps['saved'] }) {
  const { forecast, proposal } = saved;
  const savedTotal = forecast.mean.reduce((sum, value) => sum + value, 0);
  const order = (pick: (order: NonNullable<View['order']>) => number) => (view: View) =>
    view.order ? units(pick(view.order)) : '–';
  const rows: [string, string, (view: View) => string][] = [
    [
      `Expected, ${count(forecast.dates.length, 'day')}`,
      decimal(savedTotal),
      (view) => decimal(view.total),
    ],
    [
      'Reorder point',
      decimal(proposal?.reorderPoint),
      order(({ reorderPoint }) => Math.round(reorderPoint)),
    ],
    ['Order now', units(proposal?.quantity), order(({ quantity: ordered }) => ordered)],
  ];
  return (
    <TableFrame label="What-if compared">
      <table className="table">
        <caption>What-if, not saved</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            {['What-if', 'Unchanged', 'Saved'].map((title) => (
              <th key={title} scope="col" className="num">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([title, kept, read]) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              <td className="num">
                <strong>{read(answer.changed)}</strong>
              </td>
              <td className="num">{read(answer.unchanged)}</td>
              <td className="num">{kept}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
