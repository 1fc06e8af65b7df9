/** One line of a .gitignore or .dockerignore. */
interface Pattern {
  readonly expression: RegExp;
  readonly negated: boolean;
  readonly folderOnly: boolean;
}

export type IgnoreStyle = 'git' | 'docker';

/** Tells whether a path is ignored; the last pattern that matches decides. */
export function ignoreMatcher(
  text: string,
  style: IgnoreStyle,
): (path: string, isFolder?: boolean) => boolean {
  const patterns = text.split(/\r?\n/).flatMap((line) => readPattern(line, style) ?? []);
  const decide = (path: string, isFolder: boolean): boolean => {
    let ignored = false;
    for (const { expression, negated, folderOnly } of patterns)
      if ((!folderOnly || isFolder) && ignored === negated && expression.test(path))
        ignored = !negated;
    return ignored;
  };
  if (style === 'git') return (path, isFolder = false) => decide(path, isFolder);
  return (path) => dockerDecision(path, decide);
}

/** Docker matches every parent folder too, and a later exception brings one file back. */
function dockerDecision(path: string, decide: (path: string, folder: boolean) => boolean): boolean {
  if (decide(path, true)) return true;
  const parents = path.split('/').slice(0, -1);
  return parents.some((_, i) => decide(parents.slice(0, i + 1).join('/'), true));
}

function readPattern(line: string, style: IgnoreStyle): Pattern | undefined {
  let text = line.trim();
  if (text === '' || text.startsWith('#') || text.length > 500) return undefined;
  const negated = text.startsWith('!');
  if (negated) text = text.slice(1);
  const folderOnly = style === 'git' && text.endsWith('/');
  text = text.replace(/\/+$/, '').replace(/^\.\//, '');
  const anchored = style === 'docker' || text.slice(0, -1).includes('/');
  text = text.replace(/^\/+/, '');
  if (text === '') return undefined;
  return { expression: globExpression(text, anchored), negated, folderOnly };
}

/** A glob as an expression without nested repetition, so that no text makes it slow. */
export function globExpression(glob: string, anchored = true): RegExp {
  const source = glob
    .replace(/\*{3,}/g, '**')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => {
      if (piece === '**/') return '(?:.*/)?';
      if (piece === '**') return '.*';
      if (piece === '*') return '[^/]*';
      if (piece === '?') return '[^/]';
      return piece.replace(/[.+^${}()|\\[\]]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${source}$`);
}
