import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { Refusal } from '../../contract/errors.ts';
import { namesAt } from './complaints.ts';
import { nearestName } from './nearest-name.ts';
import { parseDeployment, settingsOf } from './read-deployment.ts';
import { deploymentSchema, destinationSchema } from './schema.ts';
import { readSecrets } from './secrets.ts';
import { settingsKey } from './settings-key.ts';

const page = readFileSync(new URL('../../../docs/delivering.md', import.meta.url), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;

/** Parses a file that is refused, and gives what is said of it. */
function complaints(text: string): unknown {
  try {
    parseDeployment(text, 'deploy.yml');
  } catch (error) {
    if (error instanceof Refusal && error.code === 'deploy_config_invalid')
      return error.details.found;
    throw error;
  }
  throw new Error('it was accepted');
}

const minimal = (lines: string) => `image: example.com/parstock
destinations:
  stage:
    hosts: [stage.example.com]
    mode: embedded
${lines}`;

describe('the documented example', () => {
  test('is accepted as it stands', () => {
    const { destinations } = parseDeployment(example, 'docs/delivering.md');
    expect(Object.keys(destinations)).toEqual(['stage', 'production']);
  });

  test('shows every key that there is, and no other', () => {
    const { destinations, ...top } = parse(example) as Record<string, Record<string, unknown>>;
    expect(Object.keys({ ...top, destinations }).sort()).toEqual(names([]).sort());
    const production = destinations!.production as Record<string, Record<string, unknown>>;
    expect(Object.keys(production).sort()).toEqual(names(['destinations', 'stage']).sort());
    for (const key of ['volumes', 'proxy', 'watch', 'gate'])
      expect(Object.keys(production[key]!).sort(), key).toEqual(
        names(['destinations', 'stage', key]).sort(),
      );
  });

  test('shows the defaults as they are', () => {
    const { production } = (parse(example) as { destinations: Record<string, object> })
      .destinations;
    const shown = production as Record<string, unknown>;
    const bare = destinationSchema.parse({ hosts: ['local'], mode: 'external' });
    const free = [
      'hosts',
      'mode',
      'domain',
      'tls',
      'approval',
      'environment',
      'secrets',
      'volumes',
    ];
    for (const [key, value] of Object.entries(bare))
      if (!free.includes(key)) expect(shown[key], key).toEqual(value);
  });

  const names = (path: string[]) => namesAt(deploymentSchema as z.ZodType, path);
});

describe('a fault in deploy.yml', () => {
  test.each([
    [
      minimal('    keep: many'),
      ['destinations/stage/keep: should be a number of versions, 2 or more, found "many"'],
    ],
    [
      'image: example.com/parstock\ndestinations: { stage: { hosts: [{ address: a.example, port: http }], mode: embedded } }',
      ['destinations/stage/hosts/0/port: should be a port from 1 to 65535, found "http"'],
    ],
    [
      minimal('    watch: { secnds: 5 }'),
      ['destinations/stage/watch/secnds: not a known name; did you mean seconds?'],
    ],
    [minimal('    hots: []'), ['destinations/stage/hots: not a known name; did you mean hosts?']],
    [
      'image: example.com/parstock:1.0\ndestinations: {}',
      [
        'image: should be an image repository without a tag, such as ghcr.io/you/parstock, found "example.com/parstock:1.0"',
      ],
    ],
    [
      minimal('    tls: true'),
      ['destinations/stage/domain: should be given with tls: a certificate is for a name'],
    ],
  ])('is named with its path, what should be there and what was found', (text, found) => {
    expect(complaints(text)).toEqual(found);
  });

  test('never shows a secret that somebody wrote in place of a reference', () => {
    const found = complaints(minimal('    secrets: { PARSTOCK_ADMIN_PASSWORD: hunter2hunter2 }'));
    expect(found).toEqual([
      'destinations/stage/secrets/PARSTOCK_ADMIN_PASSWORD: should be one of { env: NAME }, { file: PATH } or { command: [WORD, …] }, found a text (not shown)',
    ]);
  });

  test('names the line where the file is no YAML', () => {
    const read = () => parseDeployment('image: [\ndestinations: {}', 'deploy.yml');
    expect(read).toThrow(expect.objectContaining({ code: 'deploy_config_invalid' }));
  });

  test('a line break cannot smuggle a second setting into the environment file', () => {
    const text = minimal('    environment: { PARSTOCK_COMPANY_NAME: "A\\nPARSTOCK_DEMO=1" }');
    expect(complaints(text)).toEqual([
      'destinations/stage/environment/PARSTOCK_COMPANY_NAME: should be one line, found several',
    ]);
  });
});

describe('secrets', () => {
  test('come from the environment, a file or a command', () => {
    const file = new URL('../../../LICENSE', import.meta.url).pathname;
    const env = { TOKEN: 'one', PATH: process.env.PATH };
    const read = readSecrets({ A: { env: 'TOKEN' }, B: { command: ['echo', 'two'] } }, env);
    expect([...read]).toEqual([
      ['A', 'one'],
      ['B', 'two'],
    ]);
    expect(() => readSecrets({ C: { file } }, env)).toThrow(
      expect.objectContaining({ code: 'secret_missing' }),
    );
  });

  test('a command that fails tells its code, not what it printed', () => {
    const reference = { command: ['sh', '-c', 'echo planted-secret; exit 3'] };
    const env = { PATH: process.env.PATH };
    try {
      readSecrets({ A: reference }, env);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'secret_missing', details: { found: 'exit code 3' } });
      expect(JSON.stringify(error)).not.toContain('planted-secret');
      expect((error as Error).cause).toBeUndefined();
    }
  });
});

test('an unknown destination is refused with the nearest name', () => {
  const deployment = parseDeployment(minimal(''), 'deploy.yml');
  expect(() => settingsOf(deployment, 'stagee')).toThrow(
    expect.objectContaining({ details: { found: 'stagee', wanted: 'did you mean stage?' } }),
  );
  expect(() => settingsOf(deployment, 'constructor')).toThrow(Refusal);
});

test('the nearest name is near, or none', () => {
  expect(nearestName('hsots', ['hosts', 'mode'])).toBe('hosts');
  expect(nearestName('colour', ['hosts', 'mode'])).toBeUndefined();
});

test('the key of settings changes with them, and tells nothing of secrets', () => {
  const settings = (environment: object) =>
    destinationSchema.parse({ hosts: ['local'], mode: 'embedded', environment });
  expect(settingsKey(settings({ A: 'x' }))).not.toBe(settingsKey(settings({ A: 'y' })));
  expect(settingsKey(settings({ A: 'x' }))).toBe(settingsKey(settings({ A: 'x' })));
});
