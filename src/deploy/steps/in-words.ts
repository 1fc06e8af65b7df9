import { Refusal } from '../../contract/errors.ts';
import type { Destination } from './deploy.ts';

const SHORTEST_SECRET = 4;

/** An error for the journal and a person: title and facts in a line, without any secret. */
export function inWords(error: unknown, destination: Destination): string {
  return redacted(plainWords(error), destination);
}

function plainWords(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
  const facts = Object.entries(error.details)
    .filter(([name, value]) => value !== undefined && name !== 'next')
    .map(([, value]) => String(value));
  return [error.message.replace(/\.$/, ''), ...facts].join(' · ');
}

/** A text without the values of this destination's secrets, wherever a command repeated one. */
export function redacted(text: string, destination: Destination): string {
  const values = [
    ...destination.secrets.entries(),
    ['registry password', destination.registryPassword ?? ''] as const,
  ];
  return values.reduce(
    (rest, [name, value]) =>
      value.length < SHORTEST_SECRET ? rest : rest.replaceAll(value, `‹${name}›`),
    text,
  );
}
