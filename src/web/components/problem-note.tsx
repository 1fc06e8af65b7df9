import { Fragment } from 'react';
import { sentence } from '../format/words.ts';
import { problemOf } from '../queries/problem.ts';

function spell(value: unknown): string {
  if (Array.isArray(value)) return value.map(spell).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, fact]) => `${sentence(name).toLowerCase()} ${spell(fact)}`)
    .join(', ');
}

interface ProblemTextProps {
  title: string;
  remedy: string;
  details: Readonly<Record<string, unknown>>;
}

export function ProblemText({ title, remedy, details }: ProblemTextProps) {
  const facts = Object.entries(details).filter(([, value]) => value !== null && value !== '');
  return (
    <>
      <strong>{title}</strong>
      <span>{remedy}</span>
      {facts.length > 0 && (
        <dl>
          {facts.map(([name, value]) => (
            <Fragment key={name}>
              <dt className="soft">{sentence(name)}</dt>
              <dd>{spell(value)}</dd>
            </Fragment>
          ))}
        </dl>
      )}
    </>
  );
}

/** What went wrong, what to do next, and the facts. */
export function ProblemNote({ error }: { error: unknown }) {
  const problem = problemOf(error);
  return (
    <div className="note danger" role="alert">
      <ProblemText title={problem.message} remedy={problem.remedy} details={problem.details} />
      {problem.status >= 500 && problem.requestId && (
        <span className="small soft">Request {problem.requestId}</span>
      )}
    </div>
  );
}
