import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { PublicFrame } from '../components/public-frame.tsx';
import { sessionQuery, signIn } from '../queries/session.ts';

const route = getRouteApi('/sign-in');

/** Only a path of this page: an address elsewhere could imitate it after sign-in. */
function ownPath(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}

export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: (session) => {
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
      router.history.push(ownPath(next));
    },
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (enter.isPending) return;
    enter.mutate({ email: String(form.get('email')), password: String(form.get('password')) });
  };

  return (
    <PublicFrame>
      <PageHeader title="Sign in" />
      <form className="stack" onSubmit={submit}>
        {enter.isError && <ProblemNote error={enter.error} />}
        <TextField
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" look="primary" busy={enter.isPending}>
          {enter.isPending ? 'Signing in …' : 'Sign in'}
        </Button>
      </form>
    </PublicFrame>
  );
}
