import { errorCatalogue, Refusal } from '../contract/errors.ts';

/** A failure as a person and a program can use it; no paths, no addresses with secrets. */
export interface Explained {
  readonly code: string;
  readonly reason: string;
  readonly retryAfterMs: number;
}

/** Says in one sentence why an installation failed. */
export function explain(error: unknown): Explained {
  if (!(error instanceof Refusal)) {
    const { code, name } = error as NodeJS.ErrnoException;
    return { code: 'internal', reason: `unexpected: ${code ?? name}`, retryAfterMs: 0 };
  }
  const { found, wanted, retryAfterMs } = error.details;
  const facts = [
    found === undefined ? '' : `found ${found}`,
    typeof wanted === 'string' ? `wanted ${wanted}` : '',
  ].filter(Boolean);
  const { title } = errorCatalogue[error.code];
  const reason = facts.length > 0 ? `${title.replace(/\.$/, '')}: ${facts.join(', ')}.` : title;
  return { code: error.code, reason, retryAfterMs: Number(retryAfterMs ?? 0) || 0 };
}
