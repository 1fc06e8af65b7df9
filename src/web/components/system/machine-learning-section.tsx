import { Fragment } from 'react';
import type { MachineLearning } from '../../queries/status.ts';
import { Progress } from '../progress.tsx';
import { TableFrame } from '../table-frame.tsx';
import { Tag } from '../tag.tsx';
import {
  machineLearningState,
  progressWords,
  retryWords,
  shownModel,
  size,
  trustWords,
} from './machine-learning-words.ts';

function Models({ models }: Pick<MachineLearning, 'models'>) {
  return (
    <TableFrame label="Models">
      <table className="table">
        <caption>Models that this server is asked to have</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">State</th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">Licence</th>
            <th scope="col">Trust</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.name}>
              <th scope="row" className="name">
                {shownModel(model.name)}
                <span className="sub">{model.revision.slice(0, 12)}</span>
              </th>
              <td>{model.installed ? 'Installed' : 'Not installed'}</td>
              <td className="num">{model.bytes === null ? '–' : size(model.bytes)}</td>
              <td>{model.licence}</td>
              <td>{trustWords(model.trust)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function OnItsWay({ report }: { report: MachineLearning }) {
  const words = progressWords(report);
  if (!words) return null;
  const { bytes } = report;
  const share = bytes && bytes.total > 0 ? Math.min(1, bytes.done / bytes.total) : null;
  return (
    <div className="stack tight">
      <Progress label="Installation" share={share} />
      <span className="small soft">{words}</span>
    </div>
  );
}

/** What this server can install by itself, and what to do where it cannot. */
function ByHand() {
  const commands = [
    ['On a machine with network', 'PARSTOCK_CACHE_DIR=./cache parstock models install'],
    ['Copy the folder here, then', 'parstock models import ./cache'],
  ] as const;
  return (
    <details>
      <summary>Without a network</summary>
      <dl className="pairs">
        {commands.map(([when, command]) => (
          <Fragment key={command}>
            <dt>{when}</dt>
            <dd>
              <code>{command}</code>
            </dd>
          </Fragment>
        ))}
      </dl>
      <p className="small soft">
        Both machines need the same version of this program, system and processor. Every file is
        checked again as it comes in.
      </p>
    </details>
  );
}

/** Runtime and models: what is there, what is coming, what went wrong and when it is tried again. */
export function MachineLearningSection({ report }: { report: MachineLearning }) {
  const failed = report.state === 'failed';
  const retry = retryWords(report);
  return (
    <section className="section" aria-labelledby="machine-learning">
      <div className="section-head">
        <h3 id="machine-learning">Machine learning</h3>
        <Tag word={machineLearningState(report.state)} />
      </div>
      <div className="card padded stack">
        {failed ? (
          <div className="note warn">
            <strong>{report.reason}</strong>
            {retry && <span>{retry}</span>}
            <span className="small">
              Forecasts come from the statistical engine meanwhile. {report.code}
            </span>
          </div>
        ) : (
          <p>{report.reason.charAt(0).toUpperCase() + report.reason.slice(1)}.</p>
        )}
        <OnItsWay report={report} />
        <dl className="pairs">
          <dt>ONNX Runtime</dt>
          <dd>{report.runtimeVersion ?? 'Not installed'}</dd>
        </dl>
        {report.models.length > 0 && <Models models={report.models} />}
        <ByHand />
      </div>
    </section>
  );
}
