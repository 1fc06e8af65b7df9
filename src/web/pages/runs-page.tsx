import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Button } from '../components/button.tsx';
import { Empty } from '../components/empty.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { RunCard } from '../components/run-card.tsx';
import { StartForecast } from '../components/start-forecast.tsx';
import { isActive, runListQuery } from '../queries/runs.ts';

export function RunsPage() {
  const list = useSuspenseInfiniteQuery(runListQuery);
  const runs = list.data.pages.flatMap((page) => page.items);
  return (
    <div className="page">
      <PageHeader
        title="Forecast runs"
        actions={runs.length > 0 && <StartForecast active={isActive(runs[0])} />}
      >
        Each is a snapshot that never changes; its accuracy is measured as sales come in.
      </PageHeader>
      {runs.length === 0 ? (
        <Empty title="No runs yet" action={<StartForecast />}>
          A run forecasts every product with sales, by the method that did best on its own past.
        </Empty>
      ) : (
        <ul className="stack">
          {runs.map((run) => (
            <li key={run.id}>
              <RunCard run={run} />
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older runs
          </Button>
        </div>
      )}
    </div>
  );
}
