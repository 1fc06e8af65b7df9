import { useSuspenseQuery } from '@tanstack/react-query';
import { DeployCard } from '../components/deploy-card.tsx';
import { servedBy, shortDigest } from '../components/deploy-words.ts';
import { Empty } from '../components/empty.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { instant } from '../format/date.ts';
import { type DeployList, deploysQuery } from '../queries/deploys.ts';

function Serving({ list }: { list: DeployList }) {
  const { version, image, since } = list.serving;
  const deploy = servedBy(list);
  const digest = image?.split('@')[1];
  return (
    <section className="section" aria-labelledby="serving">
      <h2 id="serving">Serves now</h2>
      <dl className="card padded pairs">
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Image</dt>
        <dd>{digest ? <code title={image ?? ''}>{shortDigest(digest)}</code> : (image ?? '–')}</dd>
        <dt>Running since</dt>
        <dd>{instant(since)}</dd>
        <dt>Deployed</dt>
        <dd>
          {deploy ? `${instant(deploy.finishedAt)} by ${deploy.by}` : 'not by a known deploy'}
        </dd>
      </dl>
    </section>
  );
}

export function DeploysPage() {
  const { data: list } = useSuspenseQuery(deploysQuery);
  const serving = servedBy(list);
  return (
    <div className="page" style={{ maxWidth: '72rem' }}>
      <PageHeader title="Deploys">
        Who took which version where, what was checked, and what answers you now.
      </PageHeader>
      <Serving list={list} />
      <section className="section" aria-labelledby="history">
        <h2 id="history">History</h2>
        {list.items.length === 0 ? (
          <Empty title="No deploys yet">
            <code>parstock deploy</code> writes down here what it did. A server that was started by
            hand has no history.
          </Empty>
        ) : (
          <ul className="stack">
            {list.items.map((deploy) => (
              <li key={deploy.id}>
                <DeployCard deploy={deploy} serves={deploy.id === serving?.id} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
