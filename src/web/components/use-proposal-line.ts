import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { acceptProposal, type Proposal, reopenProposal } from '../queries/proposals.ts';
import { announceProblem } from './announcements.ts';

/** What is typed into a quantity field; null while it is no positive number. */
export function typedQuantity(text: string): number | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : null;
}

/** State of one line while the planner decides it: typed quantity, reason, what is under way. */
export function useProposalLine(proposal: Proposal, onChange: (proposal: Proposal) => void) {
  const [text, setText] = useState(String(proposal.quantity));
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<string>();
  const quantity = typedQuantity(text);
  const edited = quantity !== proposal.quantity;

  const accept = useMutation({
    mutationFn: () =>
      acceptProposal(proposal.id, edited ? { quantity: quantity ?? 0, reason: reason.trim() } : {}),
    onSuccess: onChange,
  });
  const reopen = useMutation({
    mutationFn: () => reopenProposal(proposal.id),
    onError: announceProblem,
    onSuccess: (reopened) => {
      setText(String(reopened.quantity));
      setReason('');
      onChange(reopened);
    },
  });

  const tryAccept = () => {
    if (accept.isPending || proposal.state !== 'open') return;
    if (quantity === null) return setMissing('Give a quantity above 0, or dismiss the line.');
    if (edited && !reason.trim()) return setMissing('Say in a few words why.');
    setMissing(undefined);
    accept.mutate();
  };

  return {
    text,
    setText: (next: string) => {
      setText(next);
      setMissing(undefined);
    },
    reason,
    setReason: (next: string) => {
      setReason(next);
      setMissing(undefined);
    },
    missing,
    quantity,
    edited,
    accept,
    reopen,
    tryAccept,
  };
}
