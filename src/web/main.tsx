import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/dialogs.css';
import './styles/tables.css';
import './styles/pages.css';
import './styles/orders.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api-client/client.ts';
import { Toasts } from './components/toasts.tsx';
import { sessionQuery } from './queries/session.ts';
import { createPageRouter } from './routes.tsx';

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The server's "no" stays "no"; only silence is asked again.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiProblem && error.code === 'unreachable',
    },
  },
});
const router = createPageRouter(queryClient);

/** A session that ended meanwhile: back to the door, and from there back to the same page. */
function leaveWhenSignedOut(error: Error): void {
  if (!(error instanceof ApiProblem) || error.code !== 'not_signed_in') return;
  queryClient.setQueryData(sessionQuery.queryKey, null);
  void router.invalidate();
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);
