/** A dependency as PEP 508 writes it. */
export interface Requirement {
  readonly name: string;
  readonly extras: readonly string[];
  readonly specifier: string;
  readonly url?: string;
  readonly marker?: string;
}

/** undefined for what is no requirement. */
export function parseRequirement(text: string): Requirement | undefined {
  const match =
    /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(@\s*[^\s;]+)?\s*\(?([^;()]*)\)?\s*(?:;\s*(.*))?$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, name = '', extras = '', url, specifier = '', marker] = match;
  return {
    name: normalName(name),
    extras: extras
      .split(',')
      .map((extra) => normalName(extra.trim()))
      .filter(Boolean),
    specifier: specifier.trim(),
    ...(url ? { url: url.slice(1).trim() } : {}),
    ...(marker ? { marker: marker.trim() } : {}),
  };
}

/** PEP 503. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Clauses in one order and one spelling, so that two writings of the same range are equal. */
export function normalSpecifier(specifier: string): string {
  return specifier
    .split(',')
    .map((clause) => clause.replace(/\s+/g, '').toLowerCase())
    .filter(Boolean)
    .map((clause) =>
      clause.replace(/^([<>=!~]=?=?)v?/, '$1').replace(/(\d)[._-]?(a|b|rc)[._-]?(?=\d)/, '$1$2'),
    )
    .map((clause) =>
      /^(~=|===)/.test(clause) || clause.includes('*') ? clause : clause.replace(/(\.0)+$/, ''),
    )
    .sort()
    .join(',');
}

/** Line on which a dependency stands in a pyproject.toml; its name may be spelled in any case. */
export function lineOfRequirement(text: string, name: string): number {
  const spelled = name.replace(/-/g, '[-_.]+');
  const form = new RegExp(`^\\s*["']?${spelled}(?![\\w-])|["']${spelled}(?![\\w-])`, 'i');
  const lines = text.split(/\r?\n/);
  const found = lines.findIndex(
    (line) => !line.trimStart().startsWith('#') && form.test(line) && !/^\s*name\s*=/.test(line),
  );
  return found < 0 ? 1 : found + 1;
}
