import type { Finding, LineEdit } from './finding.ts';
import type { Repository } from './repository/repository.ts';

/** A file before and after the mechanical fixes. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly edits: readonly LineEdit[];
}

/** The fixes that findings carry, file by file; of two that touch the same lines the first is made. */
export function editsOf(findings: readonly Finding[], repository: Repository): FileChange[] {
  const edits = findings.flatMap(({ edit }) => edit ?? []);
  return [...Map.groupBy(edits, ({ file }) => file)].flatMap(([file, list]) => {
    const before = repository.text(file);
    return before === undefined ? [] : [changed(file, { before, list })];
  });
}

function changed(
  file: string,
  { before, list }: { before: string; list: readonly LineEdit[] },
): FileChange {
  const ending = before.includes('\r\n') ? '\r\n' : '\n';
  const lines = before.split(/\r?\n/);
  const edits: LineEdit[] = [];
  for (const edit of [...list].sort((a, b) => a.line - b.line)) {
    const last = edits.at(-1);
    if (!last || edit.line > last.line + Math.max(0, last.count - 1)) edits.push(edit);
  }
  for (const { line, count, lines: put } of edits.toReversed())
    lines.splice(line - 1, count, ...put);
  return { file, before, after: lines.join(ending), edits };
}

/** The change as `diff -u` shows it, two lines of surroundings. */
export function unifiedDiff({ file, before, edits }: FileChange): string {
  const lines = before.split(/\r?\n/);
  let shift = 0;
  const hunks = edits.map(({ line, count, lines: put }) => {
    const from = Math.max(1, line - 2);
    const to = Math.min(lines.length, line + count + 1);
    const context = (a: number, b: number) => lines.slice(a - 1, b).map((text) => ` ${text}`);
    const body = [
      ...context(from, line - 1),
      ...lines.slice(line - 1, line - 1 + count).map((text) => `-${text}`),
      ...put.map((text) => `+${text}`),
      ...context(line + count, to),
    ];
    const length = to - from + 1;
    const head = `@@ -${from},${length} +${from + shift},${length - count + put.length} @@`;
    shift += put.length - count;
    return [head, ...body].join('\n');
  });
  return `--- a/${file}\n+++ b/${file}\n${hunks.join('\n')}\n`;
}
