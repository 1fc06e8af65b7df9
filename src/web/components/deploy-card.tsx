import { instant } from '../format/date.ts';
import { sentence } from '../format/words.ts';
import type { Deploy } from '../queries/deploys.ts';
import { changeInWords, deployKind, deployState, shortDigest, took } from './deploy-words.ts';
import { TableFrame } from './table-frame.tsx';
import { Tag } from './tag.tsx';

interface Line {
  readonly name: string;
  readonly state: string;
  readonly milliseconds: number;
  readonly note: string | null;
}

/** Steps of a deploy, or checks of its smoke test. */
function Lines({ label, of, lines }: { label: string; of: string; lines: readonly Line[] }) {
  return (
    <TableFrame label={label}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{of}</th>
            <th scope="col">State</th>
            <th scope="col" className="num">
              Took
            </th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, state, milliseconds, note }) => (
            <tr key={name}>
              <th scope="row" className="nowrap">
                {name}
              </th>
              <td>{sentence(state)}</td>
              <td className="num">{took(milliseconds)}</td>
              <td className="name">{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Checks({ deploy }: { deploy: Deploy }) {
  const { smoke, gate } = deploy;
  const passed = smoke?.checks.filter(({ state }) => state === 'passed').length;
  return (
    <dl className="counts" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(8.5rem, 1fr))' }}>
      <div>
        <dt>Took</dt>
        <dd>{took(Date.parse(deploy.finishedAt) - Date.parse(deploy.startedAt))}</dd>
      </div>
      <div>
        <dt>Smoke test</dt>
        <dd>{smoke ? `${passed} of ${smoke.checks.length}` : '–'}</dd>
      </div>
      <div>
        <dt>Error (RMSSE)</dt>
        <dd>{changeInWords(gate?.rmsseChange ?? null)}</dd>
      </div>
      <div>
        <dt>Quantile loss</dt>
        <dd>{changeInWords(gate?.sqlChange ?? null)}</dd>
      </div>
    </dl>
  );
}

/** One delivery: who took which image where, what was checked, and how it ended. */
export function DeployCard({ deploy, serves }: { deploy: Deploy; serves: boolean }) {
  const { by, approvedBy, destination, smoke, gate, version } = deploy;
  const headingId = `deploy-${deploy.id}`;
  return (
    <article className="card padded stack" aria-labelledby={headingId}>
      <div className="row apart">
        <div>
          <h2 id={headingId}>
            {deployKind(deploy.kind)} of {version} to {destination}
          </h2>
          <p className="small soft">
            {instant(deploy.startedAt)} by {by}
            {approvedBy && `, approved by ${approvedBy}`} · image{' '}
            <code title={deploy.digest}>{shortDigest(deploy.digest)}</code>
            {deploy.previousDigest && (
              <>
                , before it{' '}
                <code title={deploy.previousDigest}>{shortDigest(deploy.previousDigest)}</code>
              </>
            )}
          </p>
        </div>
        <div className="row">
          {serves && <Tag word={['Serves now', 'accent']} />}
          <Tag word={deployState(deploy.state)} />
        </div>
      </div>
      {deploy.reason && <p className="note danger">{deploy.reason}</p>}
      <Checks deploy={deploy} />
      {gate && <p className="small soft">Accuracy gate: {gate.reason}</p>}
      <details>
        <summary>{deploy.steps.length} steps</summary>
        <Lines label={`Steps of ${deploy.id}`} of="Step" lines={deploy.steps} />
      </details>
      {smoke && (
        <details>
          <summary>{smoke.checks.length} smoke checks</summary>
          <Lines label={`Smoke checks of ${deploy.id}`} of="Check" lines={smoke.checks} />
        </details>
      )}
    </article>
  );
}
