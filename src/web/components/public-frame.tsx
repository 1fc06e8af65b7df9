import type { ReactNode } from 'react';
import { BrandMark } from './icons.tsx';

/** The pages before anybody is signed in: one narrow column. */
export function PublicFrame({ children }: { children: ReactNode }) {
  return (
    <div className="public">
      <main>
        <div className="brand">
          <BrandMark />
          Parstock
        </div>
        {children}
      </main>
    </div>
  );
}
