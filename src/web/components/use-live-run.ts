import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followRun, isActive, type Run } from '../queries/runs.ts';

/** The run as it moves. When it ends, everything that is made from it is asked for again. */
export function useLiveRun(run: Run): Run {
  const queryClient = useQueryClient();
  const [live, setLive] = useState<Run | null>(null);
  const active = isActive(run);

  useEffect(() => {
    if (!active) return;
    return followRun(run.id, (next) => {
      setLive(next);
      if (isActive(next)) return;
      for (const key of ['today', 'runs', 'proposals', 'products']) {
        void queryClient.invalidateQueries({ queryKey: [key] });
      }
    });
  }, [run.id, active, queryClient]);

  return active && live?.id === run.id ? live : run;
}
