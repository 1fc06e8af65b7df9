/** Something in the folder that was left unread, and why. */
export interface Unread {
  readonly path: string;
  readonly reason: 'too large' | 'binary' | 'link out of the folder' | 'unreadable' | 'too many';
}

/** The files of a folder; the audit sees a repository through this and nothing else. */
export interface Repository {
  /** Paths from the root with forward slashes, sorted. */
  readonly files: readonly string[];
  has(path: string): boolean;
  /** Text of a file; undefined when it is not there or was left unread. */
  text(path: string): string | undefined;
  lines(path: string): readonly string[];
  /** First bytes of a file, as text, for telling what it is. */
  head(path: string): string;
  readonly unread: readonly Unread[];
}

/** A repository in memory: the examples of the rules are such. */
export function repositoryOf(contents: Readonly<Record<string, string>>): Repository {
  const files = Object.keys(contents).sort();
  return {
    files,
    has: (path) => Object.hasOwn(contents, path),
    text: (path) => (Object.hasOwn(contents, path) ? contents[path] : undefined),
    lines: (path) => (Object.hasOwn(contents, path) ? contents[path]! : '').split(/\r?\n/),
    head: (path) => (Object.hasOwn(contents, path) ? contents[path]! : '').slice(0, 160),
    unread: [],
  };
}
