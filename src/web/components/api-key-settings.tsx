import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { instant } from '../format/date.ts';
import { sentence } from '../format/words.ts';
import { type ApiKey, apiKeysQuery, createApiKey, revokeApiKey } from '../queries/settings.ts';
import { announceProblem } from './announcements.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';
import { RoleField, roleOf } from './role-field.tsx';
import { TableFrame } from './table-frame.tsx';

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(apiKey.id),
    onError: announceProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
  return (
    <tr>
      <th scope="row" className="name">
        {apiKey.name}
        <span className="sub">
          <code>{apiKey.prefix}…</code>
        </span>
      </th>
      <td>{sentence(apiKey.role)}</td>
      <td className="nowrap">{apiKey.lastUsedAt ? instant(apiKey.lastUsedAt) : 'never'}</td>
      <td className="num">
        {apiKey.revokedAt ? (
          <span className="soft">Revoked</span>
        ) : (
          <Button
            small
            look="danger"
            busy={revoke.isPending}
            aria-label={`Revoke ${apiKey.name}`}
            onClick={() => revoke.mutate()}
          >
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}

function Secret({ secret }: { secret: string }) {
  const [copied, setCopied] = useState(false);
  // A clipboard exists only on https and localhost; elsewhere the text is there to be marked.
  const copy = () => void navigator.clipboard?.writeText(secret).then(() => setCopied(true));
  return (
    <div className="stack">
      <p>Copy it now: it is not shown again, and nobody can look it up.</p>
      <TextField label="API key" readOnly value={secret} onFocus={(e) => e.target.select()} />
      <div className="row end">
        <Button look="primary" onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
    </div>
  );
}

function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: createApiKey,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (!create.isPending) create.mutate({ name: String(form.get('name')), role: roleOf(form) });
  };
  if (create.data) {
    return (
      <Dialog title="New API key" onClose={onClose}>
        <Secret secret={create.data.secret} />
      </Dialog>
    );
  }
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label="Name" name="name" maxLength={100} required hint="What will use it?" />
        <RoleField label="Role" name="role" defaultValue="viewer" />
        {create.isError && <ProblemNote error={create.error} />}
        <div className="row end">
          <Button type="submit" look="primary" busy={create.isPending}>
            Make key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function ApiKeySettings() {
  const { data: keys } = useSuspenseQuery(apiKeysQuery);
  const [adding, setAdding] = useState(false);
  return (
    <section className="section" aria-labelledby="api-keys">
      <div className="section-head">
        <h2 id="api-keys">API keys</h2>
        <Button small onClick={() => setAdding(true)}>
          New key
        </Button>
      </div>
      {keys.length === 0 ? (
        <p className="soft">
          None. A key lets another program read or write under <code>/api/v1</code>.
        </p>
      ) : (
        <TableFrame label="API keys">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Last used</th>
                <th scope="col">
                  <span className="visually-hidden">Change</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.map((apiKey) => (
                <KeyRow key={apiKey.id} apiKey={apiKey} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {adding && <NewKeyDialog onClose={() => setAdding(false)} />}
    </section>
  );
}
