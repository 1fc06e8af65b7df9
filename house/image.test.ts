import { expect, test } from 'vitest';
import { labelArguments, withLabelArguments, wrongArguments } from './image-labels.ts';
import { readProjectFile } from './source-files.ts';

test('a plain docker build labels the image with what the program says', () => {
  const dockerfile = readProjectFile('Dockerfile');
  expect(dockerfile, 'run: node house/image-labels.ts').toBe(withLabelArguments(dockerfile));
  for (const [name, value] of Object.entries(labelArguments()))
    expect(dockerfile).toContain(`\nARG ${name}=${value}\n`);
});

test('a build with other labels than the program’s is stopped, and told which', () => {
  expect(wrongArguments(labelArguments())).toEqual([]);
  const { SCHEMA, ...others } = labelArguments();
  expect(wrongArguments({ ...others, SCHEMA: '0000-none' })).toEqual([
    `SCHEMA is 0000-none, the program says ${SCHEMA}`,
  ]);
  expect(wrongArguments(others)).toEqual([`SCHEMA is empty, the program says ${SCHEMA}`]);
});
