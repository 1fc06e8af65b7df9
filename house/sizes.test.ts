import ts from 'typescript';
import { expect, test } from 'vitest';
import { codeFiles, isTest, readProjectFile } from './source-files.ts';

const FILE_LINES = 400;
const FUNCTION_LINES = 60;
const COMPONENT_LINES = 120;
/** Larger than the rule, with the reason. This list may only shrink. */
const exceptions: Readonly<Record<string, string>> = {
  'src/server/store/migrations/0001-foundation.sql':
    'one migration is one file, and is never changed after its release',
};
test(`no file is longer than ${FILE_LINES} lines`, () => {
  const long = codeFiles
    .map((path) => ({ path, lines: readProjectFile(path).split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > FILE_LINES && !(path in exceptions));
  expect(long).toEqual([]);
});

test('the list of exceptions holds no file that keeps the rule or is gone', () => {
  const needless = Object.keys(exceptions).filter(
    (path) => !codeFiles.includes(path) || readProjectFile(path).split('\n').length <= FILE_LINES,
  );
  expect(needless).toEqual([]);
});

interface LongFunction {
  readonly where: string;
  readonly name: string;
  readonly lines: number;
}

/** Functions that are too long; a component, which is mostly markup, may be longer. */
function longFunctions(path: string, text: string): LongFunction[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const found: LongFunction[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const lines = source.getLineAndCharacterOfPosition(node.end).line - first + 1;
      const most = path.endsWith('.tsx') ? COMPONENT_LINES : FUNCTION_LINES;
      if (lines > most) {
        const name = `${path}#${node.name?.getText(source) ?? ''}`;
        found.push({ where: `${path}:${first + 1}`, name, lines });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test(`no function is longer than ${FUNCTION_LINES} lines, no component than ${COMPONENT_LINES}`, () => {
  const sources = codeFiles.filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !isTest(path));
  const long = sources.flatMap((path) => longFunctions(path, readProjectFile(path)));
  expect(long).toEqual([]);
});

test('sees a long function', () => {
  const text = `export function tall() {\n${'  work();\n'.repeat(FUNCTION_LINES)}}\n`;
  expect(longFunctions('tall.ts', text)).toMatchObject([
    { where: 'tall.ts:1', name: 'tall.ts#tall', lines: 62 },
  ]);
  expect(longFunctions('tall.tsx', text)).toEqual([]);
});
