/** Whether a version satisfies an npm range; undefined when the range is of a kind not told here. */
export function satisfies(version: string, range: string): boolean | undefined {
  const parsed = parseVersion(version);
  const text = range
    .trim()
    .replace(/^npm:(@?[^@]+)@/, '')
    .replace(/^npm:/, '');
  if (!parsed || /[:/]/.test(text)) return undefined;
  if (parsed.pre) return undefined;
  const outcomes = text.split('||').map((part) => satisfiesAll(parsed, part.trim()));
  if (outcomes.includes(true)) return true;
  return outcomes.includes(undefined) ? undefined : false;
}

interface Version {
  readonly parts: readonly [number, number, number];
  readonly pre: boolean;
}

function parseVersion(text: string): Version | undefined {
  const match = /^[v=\s]*(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?(\+[\w.-]+)?$/.exec(text);
  if (!match) return undefined;
  return {
    parts: [Number(match[1]), Number(match[2]), Number(match[3])],
    pre: match[4] !== undefined,
  };
}

function satisfiesAll(version: Version, part: string): boolean | undefined {
  if (part === '' || part === '*' || part === 'x') return true;
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(part);
  const text = hyphen ? `>=${hyphen[1]} <=${hyphen[2]}` : part;
  const comparators = text.replace(/([<>=~^]+)\s+/g, '$1').split(/[\s,]+/);
  const outcomes = comparators.map((each) => satisfiesOne(version, each));
  if (outcomes.includes(false)) return false;
  return outcomes.includes(undefined) ? undefined : true;
}

function satisfiesOne({ parts }: Version, comparator: string): boolean | undefined {
  const match =
    /^(\^|~>?|>=|<=|>|<|=|==)?v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(-[\w.-]+)?(\+[\w.-]+)?$/.exec(
      comparator,
    );
  if (!match) return undefined;
  const operator = match[1] ?? '=';
  const given = [match[2], match[3], match[4]].map((text) =>
    text === undefined || /[xX*]/.test(text) ? undefined : Number(text),
  );
  const low: [number, number, number] = [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0];
  if (given[0] === undefined) return true;
  const fixed = given[1] === undefined ? 1 : given[2] === undefined ? 2 : 3;
  const high = (position: number): [number, number, number] =>
    low.map((n, i) => (i < position ? n : i === position ? n + 1 : 0)) as [number, number, number];
  const below = (limit: readonly number[]) => compare(parts, limit) < 0;
  switch (operator) {
    case '^': {
      const lead = low[0] > 0 || fixed === 1 ? 0 : low[1] > 0 || fixed === 2 ? 1 : 2;
      return compare(parts, low) >= 0 && below(high(lead));
    }
    case '~':
    case '~>':
      return compare(parts, low) >= 0 && below(high(fixed === 1 ? 0 : 1));
    case '>=':
      return compare(parts, low) >= 0;
    case '>':
      return fixed === 3 ? compare(parts, low) > 0 : !below(high(fixed - 1));
    case '<':
      return below(low);
    case '<=':
      return fixed === 3 ? compare(parts, low) <= 0 : below(high(fixed - 1));
    default:
      return fixed === 3
        ? compare(parts, low) === 0
        : compare(parts, low) >= 0 && below(high(fixed - 1));
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
