import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icons.tsx';

interface DialogProps {
  title: string;
  subtitle?: ReactNode;
  shape?: 'modal' | 'drawer' | 'sheet';
  onClose: () => void;
  children: ReactNode;
}

/** The browser's own dialog: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog({ title, subtitle, shape = 'modal', onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes; Escape is the key for it
    <dialog
      ref={dialog}
      className={shape}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="dialog-head">
        <div>
          <h2 id={titleId}>{title}</h2>
          {subtitle && <p className="soft small">{subtitle}</p>}
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
