import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './source-files.ts';
import {
  complaintsAbout,
  expressionsIn,
  parseWorkflow,
  readWorkflow,
  workflowNames,
} from './workflows.ts';

const names = workflowNames();

test('there are the four workflows', () => {
  expect([...names].sort()).toEqual(['ci', 'deploy-production', 'deploy-stage', 'release-images']);
});

describe.each(names)('%s', (name) => {
  const { text, workflow } = readWorkflow(name);
  const jobs = Object.entries(workflow.jobs);

  test('has least permissions, pinned actions, no expression in a script', () => {
    expect(complaintsAbout({ text, workflow })).toEqual([]);
  });

  test('refers to inputs, steps and jobs that there are', () => {
    const inputs = Object.keys(workflow.on.workflow_dispatch?.inputs ?? {});
    const ids = jobs.flatMap(([, { steps }]) => steps.flatMap(({ id }) => (id ? [id] : [])));
    for (const expression of expressionsIn(text)) {
      for (const [, input] of expression.matchAll(/\binputs\.([\w-]+)/g))
        expect(inputs, expression).toContain(input);
      for (const [, id] of expression.matchAll(/\bsteps\.([\w-]+)\./g))
        expect(ids, expression).toContain(id);
      expect(expression).toMatch(/^(inputs|steps|secrets|vars|github|env|runner)\.[\w.-]+/);
    }
    for (const [, { needs }] of jobs) if (needs) expect(workflow.jobs).toHaveProperty(needs);
  });

  test('its scripts are shell, and call files that there are', () => {
    for (const [job, { steps }] of jobs)
      for (const step of steps) {
        if (!('run' in step)) continue;
        const { status, stderr } = spawnSync('bash', ['-n', '-c', step.run], { encoding: 'utf8' });
        expect({ job, status, stderr }).toEqual({ job, status: 0, stderr: '' });
        for (const [path] of step.run.matchAll(/(?<=\s)(?:bin|\.github|\.ci)\/[\w./-]+/g))
          expect(existsSync(join(root, path)), path).toBe(true);
      }
  });

  test('a deploy has its environment, and waits for the one before it', () => {
    const deploys = jobs.filter(([, { steps }]) =>
      steps.some((step) => 'run' in step && /parstock\.mjs (deploy|promote)/.test(step.run)),
    );
    expect(deploys.length > 0).toBe(name.startsWith('deploy-'));
    for (const [, { environment }] of deploys)
      expect(environment).toBe(name.replace('deploy-', ''));
    if (name.startsWith('deploy-')) expect(workflow.concurrency.group).toBe(name);
  });
});

test('only the release may write, and only packages and attestations', () => {
  const writers = names.flatMap((name) =>
    Object.values(readWorkflow(name).workflow.jobs).flatMap(({ permissions }) =>
      Object.entries(permissions)
        .filter(([, access]) => access === 'write')
        .map(([what]) => `${name} ${what}`),
    ),
  );
  expect(writers.sort()).toEqual([
    'release-images attestations',
    'release-images id-token',
    'release-images packages',
  ]);
});

describe('the rules see', () => {
  const sound = readWorkflow('deploy-stage').text;
  const said = (text: string) => complaintsAbout({ text, workflow: parseWorkflow(text) }).join();

  test.each([
    ['an action by its tag', /@[0-9a-f]{40} # v5\.0\.0/, '@v5', /not pinned/],
    ['an expression in a script', '"$VERSION"', '$' + '{{ inputs.version }}', /inside run/],
    ['a cancelled deploy', 'cancel-in-progress: false', 'cancel-in-progress: true', /cancelled/],
    ['a token that may write', 'contents: read', 'contents: write', /no more/],
    ['a checkout that leaves its token', 'persist-credentials: false', 'fetch-depth: 0', /token/],
  ])('%s', (_what, from, to, wanted) => {
    const changed = sound.replace(from, to);
    expect(changed).not.toBe(sound);
    expect(said(changed)).toMatch(wanted);
  });

  test('a key that the syntax does not know', () => {
    const misspelt = sound.replace('timeout-minutes: 60', 'timeout-minute: 60');
    expect(() => parseWorkflow(misspelt)).toThrow(/timeout-minute/);
  });
});
