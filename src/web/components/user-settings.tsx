import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { instant } from '../format/date.ts';
import type { Role } from '../queries/session.ts';
import { changeUser, createUser, type User, usersQuery } from '../queries/settings.ts';
import { useSession } from './access.ts';
import { announce, announceProblem } from './announcements.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';
import { RoleField, roleOf } from './role-field.tsx';
import { TableFrame } from './table-frame.tsx';

function UserRow({ user }: { user: User }) {
  const queryClient = useQueryClient();
  const self = useSession().user.id === user.id;
  const change = useMutation({
    mutationFn: (body: { role?: Role; disabled?: boolean }) => changeUser(user.id, body),
    onError: announceProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
  return (
    <tr>
      <th scope="row" className="name">
        {user.email}
        {user.disabledAt && <span className="sub">Disabled {instant(user.disabledAt)}</span>}
      </th>
      <td>
        {self ? (
          'Administrator (you)'
        ) : (
          <RoleField
            labelHidden
            label={`Role of ${user.email}`}
            value={user.role}
            onChange={(event) => change.mutate({ role: event.target.value as Role })}
          />
        )}
      </td>
      <td className="num">
        {!self && (
          <Button
            small
            busy={change.isPending}
            aria-label={`${user.disabledAt ? 'Enable' : 'Disable'} ${user.email}`}
            onClick={() => change.mutate({ disabled: user.disabledAt === null })}
          >
            {user.disabledAt ? 'Enable' : 'Disable'}
          </Button>
        )}
      </td>
    </tr>
  );
}

function NewUserDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: createUser,
    onSuccess: async (user) => {
      announce(`${user.email} can sign in now.`);
      onClose();
      await queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (create.isPending) return;
    const [email, password] = [String(form.get('email')), String(form.get('password'))];
    create.mutate({ email, password, role: roleOf(form) });
  };
  return (
    <Dialog title="Add a user" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label="E-mail address" name="email" type="email" autoComplete="off" required />
        <TextField
          label="First password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          required
          hint="At least 10 characters; tell it to them yourself."
        />
        <RoleField label="Role" name="role" defaultValue="planner" />
        {create.isError && <ProblemNote error={create.error} />}
        <div className="row end">
          <Button type="submit" look="primary" busy={create.isPending}>
            Add user
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function UserSettings() {
  const { data: users } = useSuspenseQuery(usersQuery);
  const [adding, setAdding] = useState(false);
  return (
    <section className="section" aria-labelledby="users">
      <div className="section-head">
        <h2 id="users">Users</h2>
        <Button small onClick={() => setAdding(true)}>
          Add user
        </Button>
      </div>
      <TableFrame label="Users">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">E-mail address</th>
              <th scope="col">Role</th>
              <th scope="col">
                <span className="visually-hidden">Change</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {adding && <NewUserDialog onClose={() => setAdding(false)} />}
    </section>
  );
}
