import { z } from 'zod';
import { nearestName } from './nearest-name.ts';

type Issue = z.core.$ZodIssue;

/** Every fault of a parsed file, each with its path: `destinations/stage/hosts/0: should be …`. */
export function complaintsOf(
  issues: readonly Issue[],
  { input, schema }: { input: unknown; schema: z.ZodType },
): string[] {
  return issues.flatMap((issue) => complaint(issue, { input, schema }));
}

function complaint(issue: Issue, about: { input: unknown; schema: z.ZodType }): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = namesAt(about.schema, path);
    return issue.keys.map((key) => unknownName([...path, key].join('/'), { key, known }));
  }
  const nested = issue.code === 'invalid_union' ? closestBranch(issue) : undefined;
  if (nested)
    return nested.flatMap((one) =>
      complaint({ ...one, path: [...issue.path, ...one.path] } as Issue, about),
    );
  if (issue.code === 'invalid_key')
    return [`${path.join('/')}: the name should be ${issue.issues[0]?.message ?? 'another'}`];
  const found = shown(valueAt(about.input, path), path);
  return [`${path.join('/') || 'deploy.yml'}: should be ${issue.message}, found ${found}`];
}

function unknownName(where: string, { key, known }: { key: string; known: readonly string[] }) {
  const near = nearestName(key, known);
  const hint = near ? `did you mean ${near}?` : `known here: ${known.join(', ')}`;
  return `${where}: not a known name; ${hint}`;
}

/** Of a choice between shapes, the faults of the one that nearly fits: an object with one bad key. */
function closestBranch(issue: Extract<Issue, { code: 'invalid_union' }>): Issue[] | undefined {
  const partial = issue.errors.filter((faults) =>
    faults.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  const usable = partial.filter((faults) => !faults.some(({ code }) => code === 'invalid_type'));
  const [only] = usable.length === 1 ? usable : partial.length === 1 ? partial : [];
  return only as Issue[] | undefined;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    input,
  );
}

/** What stands there, in short; never the text of something that may be a secret. */
function shown(value: unknown, path: readonly string[]): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && path.some((name) => /secret|password|apiKey/i.test(name)))
    return 'a text (not shown)';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The names that an object of the schema knows at a path. */
export function namesAt(schema: z.ZodType, path: readonly string[]): string[] {
  const bare = unwrapped(schema);
  const [name, ...rest] = path;
  if (bare instanceof z.ZodUnion)
    return (bare.options as z.ZodType[]).flatMap((option) => namesAt(option, path));
  if (bare instanceof z.ZodObject)
    return name === undefined
      ? Object.keys(bare.shape)
      : namesAt((bare.shape[name] as z.ZodType | undefined) ?? z.never(), rest);
  if (bare instanceof z.ZodRecord && name !== undefined)
    return namesAt(bare.valueType as z.ZodType, rest);
  if (bare instanceof z.ZodArray && name !== undefined)
    return namesAt(bare.element as z.ZodType, rest);
  return [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return unwrapped(schema.unwrap() as z.ZodType);
  return schema;
}
