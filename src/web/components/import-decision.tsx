import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { count } from '../format/number.ts';
import { cancelImport, commitImport, type Import, importQuery } from '../queries/imports.ts';
import { Button } from './button.tsx';
import { forgetFile } from './kept-files.ts';
import { ProblemNote } from './problem-note.tsx';

function Done({ item }: { item: Import }) {
  if (item.state === 'committed') {
    return (
      <div className="note accent">
        <strong>Taken over.</strong>
        <span>
          <Link to="/import">Import another file</Link>, or see <Link to="/">Today</Link>.
        </span>
      </div>
    );
  }
  if (item.state !== 'cancelled') return null;
  return (
    <p className="note">
      Dropped; nothing was changed. <Link to="/import">Import another file</Link>
    </p>
  );
}

/** Take over or drop, once the file has been checked. */
export function ImportDecision({ item }: { item: Import }) {
  const queryClient = useQueryClient();
  const settle = async (changed: Import) => {
    forgetFile(item.id);
    queryClient.setQueryData(importQuery(item.id).queryKey, changed);
    // Rows that come in change every figure.
    await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  const commit = useMutation({ mutationFn: () => commitImport(item.id), onSuccess: settle });
  const cancel = useMutation({ mutationFn: () => cancelImport(item.id), onSuccess: settle });
  if (item.state !== 'checked' && item.state !== 'refused') return <Done item={item} />;

  const clean = item.state === 'checked' && item.rows.bad === 0;
  const changes = item.rows.new + item.rows.changed;
  return (
    <div className="stack tight">
      {clean && changes === 0 && (
        <p>Everything in this file is known already: taking it over changes nothing.</p>
      )}
      {!clean && (
        <p>
          Nothing of this file can be taken over as it is. Correct it and upload it again, or tell
          below how to read it.
        </p>
      )}
      {commit.isError && <ProblemNote error={commit.error} />}
      {cancel.isError && <ProblemNote error={cancel.error} />}
      <div className="row">
        {clean && (
          <Button look="primary" busy={commit.isPending} onClick={() => commit.mutate()}>
            {changes === 0 ? 'Take over' : `Take over ${count(changes, 'row')}`}
          </Button>
        )}
        <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Drop this file
        </Button>
      </div>
    </div>
  );
}
