import { withDays } from '../format/date.ts';
import { count } from '../format/number.ts';
import type { TraceStep } from '../queries/proposals.ts';
import { isTelling, substituted, traceValue, unitOf, withUnit } from './trace.ts';

/** Few inputs are shown; the many of a forecast are folded away. */
const shownInputs = 8;

function Inputs({ step }: { step: TraceStep }) {
  const list = (
    <dl className="pairs small">
      {step.inputs.map((input, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a trace never change
        <div key={i} style={{ display: 'contents' }}>
          <dt>{withDays(input.name)}</dt>
          <dd>{withUnit(input.value, input.unit)}</dd>
        </div>
      ))}
    </dl>
  );
  if (step.inputs.length <= shownInputs) return list;
  return (
    <details>
      <summary>{count(step.inputs.length, 'input')}</summary>
      {list}
    </details>
  );
}

function Step({ step }: { step: TraceStep }) {
  const numbers = step.inputs.length <= shownInputs ? substituted(step) : null;
  return (
    <li>
      <div className="stack tight">
        <div className="step-head">
          <h3>{step.label}</h3>
          <span className="result">
            {traceValue(step.result)} <span className="unit">{unitOf(step.result, step.unit)}</span>
          </span>
        </div>
        {isTelling(step) && (
          <p className="formula">
            {step.formula}
            {numbers && (
              <>
                <br />
                <span className="soft">= {numbers}</span>
              </>
            )}
          </p>
        )}
        <Inputs step={step} />
        {step.note && <p className="small soft">{withDays(step.note)}</p>}
      </div>
    </li>
  );
}

/** The arithmetic behind a quantity, step by step. */
export function TraceSteps({ steps }: { steps: readonly TraceStep[] }) {
  return (
    <ol className="trace">
      {steps.map((step) => (
        <Step key={step.id} step={step} />
      ))}
    </ol>
  );
}
