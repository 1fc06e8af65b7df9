import { instant } from '../../format/date.ts';
import { fileSize } from '../../format/number.ts';
import type { Status } from '../../queries/status.ts';

type Report = Status['backup'];

const states: Readonly<Record<Report['state'], string>> = {
  off: 'None are made by themselves',
  waiting: 'As planned',
  running: 'One is being made',
  failed: 'The last try failed',
};

/** When the data were last backed up, and when they will be. */
export function BackupSection({ report }: { report: Report }) {
  const { state, lastAt, lastBytes, nextAt, reason } = report;
  const last = lastAt ? `${instant(lastAt)}, ${fileSize(lastBytes)}` : 'There is none yet';
  return (
    <section className="section" aria-labelledby="backups">
      <div className="section-head">
        <h3 id="backups">Backups</h3>
      </div>
      <dl className="card padded pairs">
        <dt>State</dt>
        <dd>{states[state]}</dd>
        {reason && (
          <>
            <dt>Reason</dt>
            <dd>{reason}</dd>
          </>
        )}
        <dt>Newest good one</dt>
        <dd>{last}</dd>
        {nextAt && (
          <>
            <dt>{state === 'failed' ? 'Next try' : 'Next one'}</dt>
            <dd>{instant(nextAt)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
