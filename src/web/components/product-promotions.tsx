import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { addDays, calendarDay, dayNear } from '../format/date.ts';
import type { Sales } from '../queries/products.ts';
import {
  type Promotion,
  planPromotion,
  promotionsQuery,
  removePromotion,
} from '../queries/promotions.ts';
import { useMay } from './access.ts';
import { announceProblem } from './announcements.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';

/** "6 to 11 Apr", "6 Apr". */
function daysOf({ firstDay, lastDay }: Promotion): string {
  return firstDay === lastDay ? dayNear(firstDay) : `${dayNear(firstDay)} to ${dayNear(lastDay)}`;
}

function PlannedRow({ sku, promotion }: { sku: string; promotion: Promotion }) {
  const queryClient = useQueryClient();
  const mayPlan = useMay('planner');
  const remove = useMutation({
    mutationFn: () => removePromotion(sku, promotion.id),
    onError: announceProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: promotionsQuery(sku).queryKey }),
  });
  return (
    <li className="row apart">
      <div>
        {daysOf(promotion)}
        {promotion.name && <div className="small soft">{promotion.name}</div>}
      </div>
      {mayPlan && (
        <Button
          small
          look="quiet"
          busy={remove.isPending}
          aria-label={`Remove promotion ${daysOf(promotion)}`}
          onClick={() => remove.mutate()}
        >
          Remove
        </Button>
      )}
    </li>
  );
}

function PlanDialog({ sku, onClose }: { sku: string; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [firstDay, setFirstDay] = useState(() => addDays(calendarDay(), 1));
  const [lastDay, setLastDay] = useState(() => addDays(calendarDay(), 7));
  const plan = useMutation({
    mutationFn: (name: string) =>
      planPromotion(sku, { firstDay, lastDay, name: name.trim() || undefined }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: promotionsQuery(sku).queryKey });
      onClose();
    },
  });
  const backwards = lastDay < firstDay;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name'));
    if (!backwards && !plan.isPending) plan.mutate(name);
  };
  return (
    <Dialog title="Plan a promotion" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="First day"
          type="date"
          required
          value={firstDay}
          onChange={(event) => setFirstDay(event.target.value)}
        />
        <TextField
          label="Last day"
          type="date"
          required
          value={lastDay}
          error={backwards ? `Ends before it begins: ${dayNear(firstDay)} or later.` : undefined}
          onChange={(event) => setLastDay(event.target.value)}
        />
        <TextField label="Name" name="name" maxLength={200} hint="If it has one." />
        {plan.isError && <ProblemNote error={plan.error} />}
        <div className="row end">
          <Button type="submit" look="primary" busy={plan.isPending}>
            Plan
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ProductPromotionsProps {
  sku: string;
  sales: Sales;
  promotions: readonly Promotion[];
}

/** What a forecast is told of days to come, and whether it can make anything of it. */
export function ProductPromotions({ sku, sales, promotions }: ProductPromotionsProps) {
  const [planning, setPlanning] = useState(false);
  const mayPlan = useMay('planner');
  const today = calendarDay();
  const ahead = promotions.filter(({ lastDay }) => lastDay >= today);
  const everPromoted = sales.promotion.includes(true) || ahead.length < promotions.length;
  return (
    <section className="section" aria-labelledby="promotions">
      <div className="section-head">
        <h2 id="promotions">Promotions ahead</h2>
        {mayPlan && (
          <Button small onClick={() => setPlanning(true)}>
            Plan one
          </Button>
        )}
      </div>
      {ahead.length === 0 ? (
        <p className="soft">None is planned.</p>
      ) : (
        <div className="card padded stack">
          <ul className="stack tight" aria-labelledby="promotions">
            {ahead.map((promotion) => (
              <PlannedRow key={promotion.id} sku={sku} promotion={promotion} />
            ))}
          </ul>
          <p className="small soft">The next forecast run counts with them.</p>
          {!everPromoted && (
            <p className="note warn">
              None is known of the past, so that their effect cannot be learned: import past
              promotions, or sales with the column promotion.
            </p>
          )}
        </div>
      )}
      {planning && <PlanDialog sku={sku} onClose={() => setPlanning(false)} />}
    </section>
  );
}
