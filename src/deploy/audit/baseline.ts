import { z } from 'zod';
import { Refusal } from '../../contract/errors.ts';
import type { Finding } from './finding.ts';

const schema = z.object({
  version: z.literal(1),
  accepted: z.array(
    z.object({ fingerprint: z.string(), rule: z.string(), file: z.string(), message: z.string() }),
  ),
});

/** Findings that were accepted before; what is new is told apart from them. */
export type Baseline = z.infer<typeof schema>;

export function readBaseline(text: string, where: string): Baseline {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const wanted = 'a baseline as --write-baseline writes it';
    throw new Refusal(
      'invalid_option',
      { where: `--baseline ${where}`, found: (cause as Error).message.slice(0, 200), wanted },
      { cause },
    );
  }
}

export function writeBaseline(findings: readonly Finding[]): string {
  const accepted = findings.map(({ fingerprint, ruleId, file, message }) => ({
    fingerprint,
    rule: ruleId,
    file,
    message,
  }));
  return `${JSON.stringify({ version: 1, accepted } satisfies Baseline, null, 2)}\n`;
}

/** Splits findings into new ones and accepted ones; an entry whose finding is gone is named too. */
export function compareWithBaseline(findings: readonly Finding[], { accepted }: Baseline) {
  const known = new Set(accepted.map(({ fingerprint }) => fingerprint));
  const present = new Set(findings.map(({ fingerprint }) => fingerprint));
  return {
    fresh: findings.filter(({ fingerprint }) => !known.has(fingerprint)),
    accepted: findings.filter(({ fingerprint }) => known.has(fingerprint)),
    gone: accepted.filter(({ fingerprint }) => !present.has(fingerprint)),
  };
}
