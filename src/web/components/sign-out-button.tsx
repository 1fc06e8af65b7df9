import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { sessionQuery, signOut } from '../queries/session.ts';
import { announceProblem } from './announcements.ts';
import { Button } from './button.tsx';

export function SignOutButton() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: signOut,
    onError: announceProblem,
    onSuccess: async () => {
      // The next person at this machine must not find the last one's figures.
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, null);
      await navigate({ to: '/sign-in' });
    },
  });
  return (
    <Button small busy={leave.isPending} onClick={() => leave.mutate()}>
      Sign out
    </Button>
  );
}
