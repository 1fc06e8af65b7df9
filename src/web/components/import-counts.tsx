import { decimal } from '../format/number.ts';
import type { Import } from '../queries/imports.ts';

export function ImportCounts({ item: { rows } }: { item: Import }) {
  const counts: [label: string, value: number, className?: string][] = [
    ['Rows', rows.total],
    ['New', rows.new],
    ['Changed', rows.changed],
    ['Same as before', rows.same],
    ['Bad', rows.bad, rows.bad > 0 ? 'danger' : undefined],
  ];
  return (
    <dl className="counts">
      {counts.map(([label, value, className]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={className}>{decimal(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
