import { Link } from '@tanstack/react-router';
import { day, instant } from '../format/date.ts';
import { count, decimal, percent } from '../format/number.ts';
import { runState } from '../format/words.ts';
import { isActive, type Run } from '../queries/runs.ts';
import { MethodList } from './method-list.tsx';
import { RunProgress } from './run-progress.tsx';
import { Tag } from './tag.tsx';

/** Accuracy against the actuals that have come in since; said so while none have. */
export function AccuracyPairs({ accuracy }: { accuracy: Run['accuracy'] }) {
  if (!accuracy) {
    return <p className="small soft">Its accuracy shows as sales of the forecast days come in.</p>;
  }
  return (
    <dl className="pairs">
      <dt>Error (WAPE)</dt>
      <dd>{percent(accuracy.wape, 1)}</dd>
      <dt>Bias</dt>
      <dd>{percent(accuracy.bias, 1)}</dd>
      <dt>Inside the 80 % band</dt>
      <dd>{percent(accuracy.coverage80)}</dd>
      <dt>Measured</dt>
      <dd>{count(accuracy.series, 'product')}</dd>
    </dl>
  );
}

export function LastRun({ run, refusedSeries }: { run: Run; refusedSeries: number }) {
  return (
    <section className="section" aria-labelledby="last-run">
      <div className="section-head">
        <h2 id="last-run">Last forecast</h2>
        <Link to="/runs">All runs</Link>
      </div>
      <div className="card padded stack">
        <div className="row apart">
          <span>As of {day(run.asOf)}</span>
          <Tag word={runState(run.state)} />
        </div>
        {isActive(run) && <RunProgress run={run} />}
        <dl className="pairs">
          <dt>{run.finishedAt ? 'Finished' : 'Started'}</dt>
          <dd>{instant(run.finishedAt ?? run.startedAt ?? run.createdAt)}</dd>
          <dt>Horizon</dt>
          <dd>{count(run.horizonDays, 'day')}</dd>
          <dt>Forecast</dt>
          <dd>{count(run.series.done - run.series.refused, 'product')}</dd>
          <dt>Refused</dt>
          <dd className={refusedSeries > 0 ? 'warn' : undefined}>{decimal(refusedSeries)}</dd>
          <dt>Proposals</dt>
          <dd>{decimal(run.proposals)}</dd>
        </dl>
        {run.state === 'completed' && (
          <>
            <AccuracyPairs accuracy={run.accuracy} />
            <MethodList methods={run.methods} />
          </>
        )}
        {run.error && <p className="note danger">{run.error.message}</p>}
      </div>
    </section>
  );
}
