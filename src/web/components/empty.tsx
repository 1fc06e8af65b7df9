import type { ReactNode } from 'react';

/** Nothing here yet: why, and what to do next. */
export function Empty(props: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      {props.action}
    </div>
  );
}
