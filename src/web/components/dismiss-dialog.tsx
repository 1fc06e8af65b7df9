import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { dismissProposal, type Proposal } from '../queries/proposals.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';

const usual = [
  'Enough stock after all',
  'Being discontinued',
  'Ordered elsewhere',
  'Supplier cannot deliver',
  'Budget',
];

interface DismissDialogProps {
  proposal: Proposal;
  onDone: (proposal: Proposal) => void;
  onClose: () => void;
}

export function DismissDialog({ proposal, onDone, onClose }: DismissDialogProps) {
  const listId = useId();
  const dismiss = useMutation({
    mutationFn: (reason: string) => dismissProposal(proposal.id, reason),
    onSuccess: (dismissed) => {
      onDone(dismissed);
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason')).trim();
    if (reason && !dismiss.isPending) dismiss.mutate(reason);
  };
  return (
    <Dialog title="Dismiss this proposal?" subtitle={proposal.productName} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Why?"
          name="reason"
          list={listId}
          maxLength={500}
          required
          autoComplete="off"
          hint="Kept with the proposal, for whoever asks next week."
        />
        <datalist id={listId}>
          {usual.map((reason) => (
            <option key={reason} value={reason} />
          ))}
        </datalist>
        {dismiss.isError && <ProblemNote error={dismiss.error} />}
        <div className="row end">
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="danger" busy={dismiss.isPending}>
            Dismiss
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
