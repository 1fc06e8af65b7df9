import { useInfiniteQuery } from '@tanstack/react-query';
import { decimal } from '../format/number.ts';
import { sentence } from '../format/words.ts';
import { type ImportError, importErrorsQuery } from '../queries/imports.ts';
import { Button } from './button.tsx';
import { ProblemNote } from './problem-note.tsx';
import { TableFrame } from './table-frame.tsx';

function Row({ error }: { error: ImportError }) {
  return (
    <tr>
      <th scope="row" className="num">
        {decimal(error.line)}
      </th>
      <td>{error.column ?? '–'}</td>
      <td className="nowrap">{sentence(error.code)}</td>
      <td>{error.found === null ? '–' : <code>{error.found}</code>}</td>
      <td className="name">{error.remedy}</td>
    </tr>
  );
}

/** Bad rows by line and column, each with what to do. */
export function ImportErrors({ id, bad }: { id: string; bad: number }) {
  const list = useInfiniteQuery(importErrorsQuery(id));
  const errors = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="section" aria-labelledby="bad-rows">
      <div className="section-head">
        <h2 id="bad-rows">Bad rows</h2>
        <span className="small soft">
          {decimal(errors.length)} shown of {decimal(bad)} bad; line 1 is the header
        </span>
      </div>
      {list.isError && <ProblemNote error={list.error} />}
      <TableFrame label="Bad rows">
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="num">
                Line
              </th>
              <th scope="col">Column</th>
              <th scope="col">What is wrong</th>
              <th scope="col">Found</th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {errors.map((error) => (
              <Row key={`${error.line}/${error.column}/${error.code}`} error={error} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </section>
  );
}
