/** Something that a program does, at which it can be killed. */
export interface Moment {
  /** A line of its output or log, a statement to the database, a call on files, a child process. */
  readonly at: 'line' | 'query' | 'rename' | 'remove' | 'write' | 'mkdir' | 'spawn';
  /** The line, the SQL, the paths, the command with its words. */
  readonly text: string;
}

/** Where to kill. */
export interface KillPoint {
  readonly at: Moment['at'];
  /** What occurs in the text of the moment; without it, any moment of that kind. */
  readonly text?: string;
  /** Which of those; 1 is the first, and the default. */
  readonly count?: number;
  /** Before it is done, which is the default, or when it is done. */
  readonly when?: 'before' | 'after';
  /** Milliseconds later: in the middle of what a child process does, for one. */
  readonly later?: number;
}

/** A point in words, for tables and names of tests. */
export function nameOf({ at, text, count, when, later }: KillPoint): string {
  const which = [count && `#${count}`, text && `“${text.slice(0, 60)}”`].filter(Boolean).join(' ');
  const delay = later ? `${later} ms after` : (when ?? 'before');
  return `${delay} ${at} ${which}`.trim();
}
