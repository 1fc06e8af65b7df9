import { day } from '../format/date.ts';
import { count, decimal, percent, score } from '../format/number.ts';
import { demandClass, method } from '../format/words.ts';
import type { ProductForecast, Score } from '../queries/products.ts';
import { ProblemText } from './problem-note.tsx';
import { refusalWords } from './refusal-words.ts';
import { rankScores, reasonSentence } from './scores.ts';
import { TableFrame } from './table-frame.tsx';

function ScoreRow({ row, chosen }: { row: Score; chosen: boolean }) {
  return (
    <tr className={chosen ? 'chosen' : undefined}>
      <th scope="row">
        {method(row.method)}
        {chosen && <span className="sub">chosen</span>}
      </th>
      <td className="num">{score(row.mase)}</td>
      <td className="num">{score(row.rmsse)}</td>
      <td className="num">{score(row.sql)}</td>
      <td className="num">{score(row.bias)}</td>
      <td className="num">{percent(row.coverage80)}</td>
    </tr>
  );
}

function ScoreTable({ forecast }: { forecast: ProductForecast }) {
  return (
    <TableFrame label="Scores of the methods">
      <table className="table">
        <caption>
          Tested on the product’s own past, {count(forecast.scores[0]?.windows ?? 0, 'window')}.
          Less is better; MASE below 1.00 beats repeating last season.
        </caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col" className="num">
              MASE
            </th>
            <th scope="col" className="num">
              RMSSE
            </th>
            <th scope="col" className="num">
              SQL
            </th>
            <th scope="col" className="num">
              Bias
            </th>
            <th scope="col" className="num">
              In 80 % band
            </th>
          </tr>
        </thead>
        <tbody>
          {rankScores(forecast.scores).map((row) => (
            <ScoreRow key={row.method} row={row} chosen={row.method === forecast.method} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** How the forecast was made, why so, and how it has done since. */
export function MethodPanel({ forecast }: { forecast: ProductForecast | null }) {
  if (!forecast) return null;
  return (
    <section className="section" aria-labelledby="method">
      <div className="section-head">
        <h2 id="method">Method: {method(forecast.method)}</h2>
        <span className="small soft">as of {day(forecast.origin)}</span>
      </div>
      {forecast.refusal ? (
        <div className="note warn">
          <ProblemText
            {...refusalWords(forecast.refusal.code)}
            details={forecast.refusal.details}
          />
        </div>
      ) : (
        <>
          <p>{reasonSentence(forecast)}</p>
          <p className="soft small">Demand is {demandClass(forecast.demandClass)}.</p>
          {forecast.machineLearning && <p className="soft small">{forecast.machineLearning}</p>}
        </>
      )}
      {forecast.scores.length > 0 && <ScoreTable forecast={forecast} />}
      {forecast.accuracy && (
        <p className="small soft">
          Since then,{' '}
          {forecast.accuracy.periods === 1
            ? '1 day has'
            : `${decimal(forecast.accuracy.periods)} days have`}{' '}
          come in up to {day(forecast.accuracy.through)}: MASE {score(forecast.accuracy.mase)}, bias{' '}
          {percent(forecast.accuracy.bias, 1)}, {decimal(forecast.accuracy.inside80)} of them inside
          the 80 % band.
        </p>
      )}
    </section>
  );
}
