import type { ComponentPropsWithRef } from 'react';

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  look?: 'plain' | 'primary' | 'quiet' | 'danger';
  small?: boolean;
  /** Under way: it cannot be pressed again, keeps its width and its focus. */
  busy?: boolean;
}

export function Button({ look = 'plain', small, busy, onClick, ...rest }: ButtonProps) {
  const className = ['button', look !== 'plain' && look, small && 'small', rest.className]
    .filter(Boolean)
    .join(' ');
  return (
    <button
      type="button"
      {...rest}
      className={className}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        // Not `disabled`: that would throw the focus away while the server thinks.
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
