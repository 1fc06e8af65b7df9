import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMay } from '../components/access.ts';
import { AtRiskTable } from '../components/at-risk-table.tsx';
import { Empty } from '../components/empty.tsx';
import { LastRun } from '../components/last-run.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { StartForecast } from '../components/start-forecast.tsx';
import { TodayFigures } from '../components/today-figures.tsx';
import { UnplannedNote } from '../components/unplanned-note.tsx';
import { calendarDay, day, dayLong } from '../format/date.ts';
import { count } from '../format/number.ts';
import { isActive } from '../queries/runs.ts';
import { type Today, todayQuery } from '../queries/today.ts';

function Beginning({ today }: { today: Today }) {
  const mayPlan = useMay('planner');
  if (today.products === 0 || !today.lastSalesOn) {
    return (
      <Empty
        title={today.products === 0 ? 'No products yet' : 'No sales yet'}
        action={
          mayPlan && (
            <Link to="/import" className="button primary">
              Import files
            </Link>
          )
        }
      >
        Parstock needs products, their suppliers and terms, today’s stock, and daily sales: five CSV
        files, checked before anything is taken over.
      </Empty>
    );
  }
  return (
    <Empty title="No forecast yet" action={<StartForecast />}>
      {count(today.products, 'product')} with sales up to {day(today.lastSalesOn)} wait to be
      forecast. A run chooses a method for each of them by testing it on its own past, and proposes
      what to order.
    </Empty>
  );
}

export function TodayPage() {
  const { data: today } = useSuspenseQuery(todayQuery);
  const { lastRun } = today;
  const begun = lastRun !== null && (today.asOf !== null || isActive(lastRun));
  return (
    <div className="page">
      <PageHeader
        title="Today"
        overline={dayLong(calendarDay())}
        actions={begun && <StartForecast look="plain" active={isActive(lastRun)} />}
      >
        {count(today.products, 'product')}
        {today.lastSalesOn && ` · sales known up to ${day(today.lastSalesOn)}`}
      </PageHeader>
      {begun ? (
        <>
          <TodayFigures today={today} />
          <div className="split">
            <div className="stack">
              <AtRiskTable today={today} />
              <UnplannedNote reasons={today.unplanned} />
            </div>
            <LastRun run={lastRun} refusedSeries={today.refusedSeries} />
          </div>
        </>
      ) : (
        <Beginning today={today} />
      )}
    </div>
  );
}
