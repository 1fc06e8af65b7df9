import type { ReactNode } from 'react';

interface TableFrameProps {
  label: string;
  children: ReactNode;
}

/** A table that may be wider than the screen: it scrolls by itself, also with the arrow keys. */
export function TableFrame({ label, children }: TableFrameProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields, and these are none
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
    <div className="table-wrap" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
