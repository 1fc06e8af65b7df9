/** `# parstock-audit: ignore rule-id -- reason`, on the line itself or the line above it. */
export interface Suppression {
  readonly ruleIds: readonly string[];
  readonly reason: string;
  /** The lines that it covers. */
  readonly lines: readonly number[];
}

const form =
  /(?:#|\/\/)\s*parstock-audit:\s*ignore\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*(?:--\s*(.*\S))?\s*$/;

/** One without a reason suppresses nothing, and is a finding of its own. */
export function suppressionsOf(lines: readonly string[]): Suppression[] {
  return marks(lines).flatMap(({ ruleIds, reason, lines: covered }) =>
    reason === undefined ? [] : [{ ruleIds, reason, lines: covered }],
  );
}

export function reasonlessSuppressions(lines: readonly string[]): number[] {
  return marks(lines).flatMap(({ reason, line }) => (reason === undefined ? [line] : []));
}

function marks(lines: readonly string[]) {
  return lines.flatMap((text, i) => {
    const mark = text.includes('parstock-audit') ? form.exec(text) : null;
    if (!mark) return [];
    const line = i + 1;
    const alone = /^\s*(#|\/\/)/.test(text);
    // Several marks may stand above one line.
    let next = i + 1;
    while (alone && form.test(lines[next] ?? '')) next++;
    const covered = alone ? [line, next + 1] : [line];
    return [{ line, ruleIds: mark[1]!.split(/\s*,\s*/), reason: mark[2], lines: covered }];
  });
}
