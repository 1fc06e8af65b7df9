import { decimal } from '../format/number.ts';
import { method } from '../format/words.ts';

/** How many series chose which method, most used first. */
export function MethodList({ methods }: { methods: Readonly<Record<string, number>> }) {
  const chosen = Object.entries(methods).sort(([, a], [, b]) => b - a);
  if (chosen.length === 0) return null;
  return (
    <details>
      <summary className="small">Methods chosen</summary>
      <dl className="pairs small">
        {chosen.map(([name, series]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{method(name)}</dt>
            <dd>{decimal(series)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
