import { useMutation, useQueryClient } from '@tanstack/react-query';
import { day, duration, instant } from '../format/date.ts';
import { count, decimal, percent, score } from '../format/number.ts';
import { runState } from '../format/words.ts';
import { cancelRun, isActive, type Run } from '../queries/runs.ts';
import { useMay } from './access.ts';
import { announceProblem } from './announcements.ts';
import { Button } from './button.tsx';
import { MethodList } from './method-list.tsx';
import { RunModels } from './run-models.tsx';
import { RunProgress } from './run-progress.tsx';
import { Tag } from './tag.tsx';

function CancelRun({ run }: { run: Run }) {
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.id),
    onError: announceProblem,
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['runs'] }),
        queryClient.invalidateQueries({ queryKey: ['today'] }),
      ]),
  });
  return (
    <Button small busy={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel run
    </Button>
  );
}

/** A figure with its name, of which a row of several makes the card. */
function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Figures({ run }: { run: Run }) {
  const { accuracy } = run;
  return (
    <>
      <dl className="counts">
        <Fact label="Series" value={decimal(run.series.total)} />
        <Fact label="Refused" value={decimal(run.series.refused)} />
        <Fact label="Proposals" value={decimal(run.proposals)} />
        <Fact label="Took" value={duration(run.startedAt, run.finishedAt)} />
        {accuracy && (
          <>
            <Fact label="WAPE" value={percent(accuracy.wape, 1)} />
            <Fact label="MASE" value={score(accuracy.mase)} />
            <Fact label="Bias" value={percent(accuracy.bias, 1)} />
            <Fact label="In 80 %" value={percent(accuracy.coverage80)} />
          </>
        )}
      </dl>
      {run.state === 'completed' && (
        <p className="small soft">
          {accuracy
            ? `Accuracy against the sales that have come in since, of ${count(accuracy.series, 'product')}.`
            : 'Its accuracy shows as sales of the forecast days come in.'}
        </p>
      )}
    </>
  );
}

export function RunCard({ run }: { run: Run }) {
  const active = isActive(run);
  const mayPlan = useMay('planner');
  const headingId = `run-${run.id}`;
  return (
    <article className="card padded stack" aria-labelledby={headingId}>
      <div className="row apart">
        <div>
          <h2 id={headingId}>As of {day(run.asOf)}</h2>
          <p className="small soft">
            {instant(run.createdAt)} by {run.requestedBy} · {count(run.horizonDays, 'day')} ahead ·
            engine {run.engineVersion}
            {run.attempts > 1 && ` · resumed, ${count(run.attempts, 'attempt')}`}
          </p>
        </div>
        <div className="row">
          <Tag word={runState(run.state)} />
          {active && mayPlan && <CancelRun run={run} />}
        </div>
      </div>
      {active ? <RunProgress run={run} /> : <Figures run={run} />}
      {run.machineLearning && <p className="small soft">{run.machineLearning.note}</p>}
      {run.error && <p className="note danger">{run.error.message}</p>}
      {!active && <MethodList methods={run.methods} />}
      {!active && run.machineLearning && <RunModels run={run} />}
    </article>
  );
}
