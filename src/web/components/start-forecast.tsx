import { useMutation, useQueryClient } from '@tanstack/react-query';
import { startRun } from '../queries/runs.ts';
import { useMay } from './access.ts';
import { announceProblem } from './announcements.ts';
import { Button } from './button.tsx';

interface StartForecastProps {
  look?: 'primary' | 'plain';
  /** One is under way: another would be refused. */
  active?: boolean;
}

export function StartForecast({ look = 'primary', active = false }: StartForecastProps) {
  const queryClient = useQueryClient();
  const start = useMutation({
    mutationFn: startRun,
    onError: announceProblem,
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['today'] }),
        queryClient.invalidateQueries({ queryKey: ['runs'] }),
      ]),
  });
  if (!useMay('planner')) return null;
  return (
    <Button look={look} busy={start.isPending || active} onClick={() => start.mutate()}>
      {active ? 'Forecast under way' : 'Start forecast'}
    </Button>
  );
}
