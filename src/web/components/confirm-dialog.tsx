import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem-note.tsx';

interface ConfirmDialogProps {
  title: string;
  children: ReactNode;
  /** What happens, as a verb: "Accept 12 lines". */
  action: string;
  danger?: boolean;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.busy) props.onConfirm();
        }}
      >
        {props.children}
        {props.error ? <ProblemNote error={props.error} /> : null}
        <div className="row end">
          <Button onClick={props.onClose}>Not now</Button>
          <Button type="submit" look={props.danger ? 'danger' : 'primary'} busy={props.busy}>
            {props.action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
