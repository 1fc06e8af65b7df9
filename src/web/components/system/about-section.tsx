import { Link } from '@tanstack/react-router';
import { instant } from '../../format/date.ts';
import type { Status } from '../../queries/status.ts';

/** Which program runs here, on which database, since when. */
export function AboutSection({ status }: { status: Status }) {
  const { version, schema, startedAt, steps, queue } = status;
  const database = steps.find(({ name }) => name === 'database')?.note;
  return (
    <section className="section" aria-labelledby="about">
      <div className="section-head">
        <h3 id="about">This server</h3>
        <Link to="/deploys">Deploys</Link>
      </div>
      <dl className="card padded pairs">
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Database</dt>
        <dd>{database ?? '–'}</dd>
        <dt>Tables</dt>
        <dd>{schema.database ?? '–'}</dd>
        <dt>Running since</dt>
        <dd>{instant(startedAt)}</dd>
        <dt>Jobs</dt>
        <dd>{queue ? `${queue.waiting} waiting, ${queue.active} under way` : '–'}</dd>
      </dl>
    </section>
  );
}
