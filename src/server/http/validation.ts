import type { FastifySchemaCompiler } from 'fastify';
import { createSerializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { Refusal } from '../../contract/index.ts';

/** Writes an answer through its schema: what the contract does not name never leaves the house. */
export const serialize = createSerializerCompiler();

/** Checks a part of a request; a wrong one is refused with where, what was found, what was wanted. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    // `curl -X POST` without a body asks for the defaults.
    const found = httpPart === 'body' ? (data ?? {}) : data;
    const result = schema.safeParse(found, { reportInput: true });
    if (result.success) return { value: result.data };
    const issues = result.error.issues.map((issue) => describeIssue(issue, httpPart));
    return { error: new Refusal('invalid_request', { issues }) };
  };

function describeIssue(issue: z.core.$ZodIssue, part: string | undefined) {
  const path = issue.path.join('/');
  return {
    in: part === 'querystring' ? 'query' : (part ?? 'request'),
    path: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : path,
    found: issue.code === 'unrecognized_keys' ? 'an unknown name' : shown(issue.input, path),
    wanted: wantedOf(issue),
  };
}

/** Enough of the value to recognise it; never a secret, never a page of text. */
function shown(value: unknown, path: string): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (/password|token|secret/i.test(path)) return 'a value';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function wantedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a value of type ${issue.expected}`;
    case 'invalid_value':
      return `one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_format':
      return formats[issue.format] ?? `the format ${issue.format}`;
    case 'unrecognized_keys':
      return 'only the names that the documentation lists';
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

const formats: Record<string, string> = {
  date: 'a calendar day, YYYY-MM-DD',
  datetime: 'an instant, YYYY-MM-DDThh:mm:ssZ',
  email: 'an e-mail address',
  uuid: 'an id as the lists give it',
};
