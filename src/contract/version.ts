/** `1.4.0` or `1.4.0-rc.1`: three numbers, and for a version before its release what comes after the dash. */
const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Negative where `a` comes before `b`, zero where both are the same (semver 2.0.0, section 11). */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  for (const [i, number] of left.numbers.entries()) {
    const difference = number - right.numbers[i]!;
    if (difference !== 0) return difference;
  }
  return comparePrereleases(left.prerelease, right.prerelease);
}

function parse(version: string): { numbers: number[]; prerelease: string[] } {
  const found = VERSION.exec(version);
  if (!found) throw new Error(`${version} is no version such as 1.4.0`);
  const numbers = found.slice(1, 4).map(Number);
  return { numbers, prerelease: found[4]?.split('.') ?? [] };
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  // A release comes after everything that led to it.
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (part !== other) return compareParts(part, other);
  }
  return a.length - b.length;
}

function compareParts(a: string, b: string): number {
  const [left, right] = [a, b].map((part) => (/^\d+$/.test(part) ? Number(part) : null));
  if (left != null && right != null) return left - right;
  // A number comes before a word.
  if (left != null) return -1;
  if (right != null) return 1;
  return a < b ? -1 : 1;
}
