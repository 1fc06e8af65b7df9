import { Fragment } from 'react';
import type { Import } from '../queries/imports.ts';
import { dateFormatWord, delimiterWord } from './import-kinds.ts';

/** How the file was read, so that a wrong guess is seen before it does harm. */
export function ImportDialect({ dialect }: { dialect: NonNullable<Import['dialect']> }) {
  const columns = Object.entries(dialect.columns);
  return (
    <section className="section" aria-labelledby="dialect">
      <h2 id="dialect">How the file was read</h2>
      <div className="card padded stack" style={{ maxWidth: '44rem' }}>
        <dl className="pairs">
          <dt>Columns separated by</dt>
          <dd>{delimiterWord(dialect.delimiter)}</dd>
          <dt>Encoding</dt>
          <dd>{dialect.encoding}</dd>
          <dt>Dates</dt>
          <dd>{dateFormatWord(dialect.dateFormat)}</dd>
          <dt>Decimal sign</dt>
          <dd>{dialect.decimal === ',' ? 'comma' : 'point'}</dd>
        </dl>
        <h3>Columns</h3>
        <dl className="pairs">
          {columns.map(([ours, theirs]) => (
            <Fragment key={ours}>
              <dt>{ours}</dt>
              <dd>{theirs}</dd>
            </Fragment>
          ))}
        </dl>
        {dialect.ignoredColumns.length > 0 && (
          <p className="small soft">Not used: {dialect.ignoredColumns.join(', ')}</p>
        )}
      </div>
    </section>
  );
}
