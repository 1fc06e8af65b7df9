import { useQueryClient } from '@tanstack/react-query';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Button } from '../components/button.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { problemOf } from '../queries/problem.ts';

/** Whatever went wrong below: said in words, with a way on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const absent = problemOf(error).code === 'not_found';
  const again = async () => {
    await queryClient.resetQueries({ predicate: (query) => query.state.status === 'error' });
    reset();
    await router.invalidate();
  };
  return (
    <div className="page">
      <PageHeader title={absent ? 'Not found' : 'This did not work'} />
      <ProblemNote error={error} />
      <div className="row">
        {!absent && (
          <Button look="primary" onClick={() => void again()}>
            Try again
          </Button>
        )}
        <Link to="/" className="button">
          Go to Today
        </Link>
      </div>
    </div>
  );
}
