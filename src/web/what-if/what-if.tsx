import { lazy, Suspense, useState } from 'react';
import type { WhatIfProps } from './what-if-panel.tsx';

const Panel = lazy(() => import('./what-if-panel.tsx'));

/** Folded until somebody asks: the engine is loaded then, and not with the page. */
export function WhatIf(props: WhatIfProps) {
  const [open, setOpen] = useState(false);
  return (
    <section className="section" aria-labelledby="what-if">
      <h2 id="what-if">What if?</h2>
      <details className="card padded" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Suppose a promotion or days sold out, and see forecast and order change</summary>
        {open && (
          <Suspense fallback={<span className="bone" style={{ height: '9rem' }} />}>
            <Panel {...props} />
          </Suspense>
        )}
      </details>
    </section>
  );
}
