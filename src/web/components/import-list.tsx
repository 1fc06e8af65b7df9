import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { instant } from '../format/date.ts';
import { decimal } from '../format/number.ts';
import { importState } from '../format/words.ts';
import { type Import, importListQuery } from '../queries/imports.ts';
import { Button } from './button.tsx';
import { kindLabel } from './import-kinds.ts';
import { TableFrame } from './table-frame.tsx';
import { Tag } from './tag.tsx';

function Row({ item }: { item: Import }) {
  return (
    <tr>
      <th scope="row" className="name">
        <Link to="/import/$id" params={{ id: item.id }}>
          {item.fileName}
        </Link>
        <span className="sub">{kindLabel(item.kind)}</span>
      </th>
      <td>
        <Tag word={importState(item.state)} />
      </td>
      <td className="num">{decimal(item.rows.total)}</td>
      <td className="num">{decimal(item.rows.new + item.rows.changed)}</td>
      <td className={item.rows.bad > 0 ? 'num danger' : 'num'}>{decimal(item.rows.bad)}</td>
      <td className="nowrap">{instant(item.createdAt)}</td>
    </tr>
  );
}

export function ImportList() {
  const list = useSuspenseInfiniteQuery(importListQuery);
  const items = list.data.pages.flatMap((page) => page.items);
  return (
    <section className="section" aria-labelledby="earlier">
      <h2 id="earlier">Earlier imports</h2>
      {items.length === 0 ? (
        <p className="soft">
          None yet. Start with products; suppliers, terms, stock and sales refer to them.
        </p>
      ) : (
        <TableFrame label="Earlier imports">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">State</th>
                <th scope="col" className="num">
                  Rows
                </th>
                <th scope="col" className="num">
                  New or changed
                </th>
                <th scope="col" className="num">
                  Bad
                </th>
                <th scope="col">Uploaded</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older imports
          </Button>
        </div>
      )}
    </section>
  );
}
