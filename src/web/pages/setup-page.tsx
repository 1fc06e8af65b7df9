import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { Button } from '../components/button.tsx';
import { currencyChoices } from '../components/currencies.ts';
import { CheckField, SelectField, TextField } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNote, ProblemText } from '../components/problem-note.tsx';
import { PublicFrame } from '../components/public-frame.tsx';
import {
  completeSetup,
  type SetupRequest,
  type SetupStatus,
  sessionQuery,
  setupQuery,
} from '../queries/session.ts';

const route = getRouteApi('/setup');
const demoHint =
  'Real daily sales of 118 pasta items, 2014 to 2018, moved to end yesterday (“Hierarchical Sales ' +
  'Data”, P. Mancuso et al., UCI Machine Learning Repository, CC BY 4.0). Their suppliers, prices, ' +
  'lead times and stock are made up, and marked so.';

function requestOf(form: FormData, token: string): SetupRequest {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  return {
    token,
    companyName: text('companyName'),
    currency: text('currency'),
    email: text('email'),
    password: String(form.get('password')),
    demoData: form.get('demoData') === 'on',
  };
}

/** What the operator has laid out beside company and administrator. */
function SetupExtras({ extras }: { extras: NonNullable<SetupStatus['extras']> }) {
  const { files, testUser } = extras;
  if (files.length === 0 && !testUser) return null;
  return (
    <div className="note">
      <strong>This comes with it</strong>
      <ul>
        {files.map((name) => (
          <li key={name}>{name}</li>
        ))}
        {testUser && <li>a test user, who may plan</li>}
      </ul>
      {files.length > 0 && <span className="small soft">All of it is set up, or nothing is.</span>}
    </div>
  );
}

/** Why the attempt before this one failed; its cells are told to whoever makes the next one. */
function EarlierFailure({ error }: { error: NonNullable<SetupStatus['error']> }) {
  const { title, remedy, file, line, column } = error;
  return (
    <div className="note warn">
      <ProblemText title={title} remedy={remedy} details={{ file, line, column }} />
    </div>
  );
}

function SetupForm({ token, status }: { token: string; status: SetupStatus | undefined }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const setup = useMutation({
    mutationFn: completeSetup,
    onSuccess: async () => {
      // Nobody was signed in a moment ago, and a page may have been told so.
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: '/' });
    },
  });
  // Asked apart from the page's own question: what is complete a moment before the answer to this form
  // must not take the form away.
  const underWay = useQuery({
    ...setupQuery,
    queryKey: [...setupQuery.queryKey, 'under way'],
    enabled: setup.isPending,
    refetchInterval: 1_000,
  });
  const step = setup.isPending ? underWay.data?.step : null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!setup.isPending) setup.mutate(requestOf(new FormData(event.currentTarget), token));
  };

  return (
    <form className="stack" onSubmit={submit}>
      <TextField label="Company" name="companyName" autoComplete="organization" required />
      <SelectField
        label="Currency"
        name="currency"
        defaultValue="EUR"
        hint="Prices without a currency of their own are in this one."
      >
        {currencyChoices().map(({ code, name }) => (
          <option key={code} value={code}>
            {code} – {name}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Your e-mail address"
        name="email"
        type="email"
        autoComplete="username"
        required
        hint="You become the administrator."
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={10}
        required
        hint="At least 10 characters."
      />
      {!status?.extras?.fromFolder && (
        <CheckField name="demoData" label="Start with demo data" hint={demoHint} />
      )}
      {status?.extras && <SetupExtras extras={status.extras} />}
      {status?.error && setup.isIdle && <EarlierFailure error={status.error} />}
      {setup.isError && <ProblemNote error={setup.error} />}
      <Button type="submit" look="primary" busy={setup.isPending}>
        {setup.isPending ? `Setting up${step ? `: ${step}` : ''} …` : 'Set up'}
      </Button>
    </form>
  );
}

export function SetupPage() {
  const { token } = route.useSearch();
  const status = useQuery({
    ...setupQuery,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 1_000 : false),
  });
  const running = status.data?.state === 'running';
  const done = status.data?.state === 'completed';
  return (
    <PublicFrame>
      <PageHeader title={done ? 'Already set up' : 'Set up Parstock'}>
        {!done && 'A company and its first administrator; the rest can wait.'}
      </PageHeader>
      {done ? (
        <Link to="/sign-in" className="button primary">
          Sign in
        </Link>
      ) : running ? (
        <p className="note" role="status">
          It is being set up at this moment{status.data?.step && `: ${status.data.step}`} …
        </p>
      ) : token ? (
        <SetupForm token={token} status={status.data} />
      ) : (
        <p className="note warn">
          Open the link that the server printed when it started: it carries a one-time token. A
          restart prints a new one while there is no administrator; of several servers, the first to
          start has it.
        </p>
      )}
    </PublicFrame>
  );
}
