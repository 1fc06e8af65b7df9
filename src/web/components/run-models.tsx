import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { count, decimal, percent } from '../format/number.ts';
import { type RunModels as Models, type Run, runModelsQuery } from '../queries/runs.ts';
import { ProblemNote } from './problem-note.tsx';
import { TableFrame } from './table-frame.tsx';

type Model = Models['models'][number];

/** What the forecast errs where it is used, beside the best of the statistical methods. */
function gainWords({ used, medianGain }: Model): string {
  if (used === 0) return 'It earned its time on none of them, and is not used.';
  const than = 'that of the best statistical method, as the backtest shows afterwards';
  const gain =
    medianGain === null ? '' : `; in the median the error there is ${apart(medianGain)} ${than}`;
  return `It forecasts ${decimal(used)} of them, alone or in part${gain}.`;
}

/** How far an error is from another one, in words. */
function apart(gain: number): string {
  if (Math.round(100 * gain) === 0) return 'about';
  return `${percent(Math.abs(gain))} ${gain > 0 ? 'below' : 'above'}`;
}

function Series({ model }: { model: Model }) {
  return (
    <TableFrame label={`Products that ${model.title} forecasts`}>
      <table className="table">
        <caption className="small">
          Share of the forecast, and error saved
          {model.used > model.bestSeries.length &&
            ` (the ${decimal(model.bestSeries.length)} products where it saves most)`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col" className="num">
              Share
            </th>
            <th scope="col" className="num">
              Saved
            </th>
          </tr>
        </thead>
        <tbody>
          {model.bestSeries.map(({ sku, name, weight, gain }) => (
            <tr key={sku}>
              <th scope="row" className="name">
                <Link to="/products/$sku" params={{ sku }}>
                  {name}
                </Link>
                <span className="sub">{sku}</span>
              </th>
              <td className="num">{percent(weight)}</td>
              <td className="num">{gain === null ? '–' : percent(gain)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function OneModel({ model }: { model: Model }) {
  return (
    <section className="stack tight" aria-label={model.title}>
      <p className="small">
        <strong>{model.title}</strong> was scored on {count(model.scored, 'product')}.{' '}
        {model.scored > 0 && gainWords(model)}
      </p>
      {model.unavailable > 0 && (
        <p className="small soft">
          Not available for {count(model.unavailable, 'product')}: {model.unavailableReason}.
        </p>
      )}
      {model.bestSeries.length > 0 && <Series model={model} />}
    </section>
  );
}

function Answer({ id }: { id: string }) {
  const { data, error } = useQuery(runModelsQuery(id));
  if (error) return <ProblemNote error={error} />;
  if (!data) return <p className="small soft">Adding up…</p>;
  if (data.models.length === 0)
    return <p className="small soft">No model was installed when this run was made.</p>;
  return data.models.map((model) => <OneModel key={model.method} model={model} />);
}

/** Which products of a run models forecast, and what that gained; added up once somebody asks. */
export function RunModels({ run }: { run: Run }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="small">What machine learning gained</summary>
      <div className="stack">{open && <Answer id={run.id} />}</div>
    </details>
  );
}
