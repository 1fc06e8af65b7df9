import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheWithRuntime, installNano } from '../support/chronos.ts';
import { repositoryFile, runParstock } from '../support/command-line.ts';

let cacheDir: string;
let model: string;
beforeAll(async () => {
  cacheDir = await cacheWithRuntime();
  model = await installNano(cacheDir);
});
afterAll(() => rmSync(cacheDir, { recursive: true }));

interface Answer {
  readonly series: readonly {
    readonly method: string;
    readonly reason: string;
    readonly scores: readonly {
      readonly method: string;
      readonly windows: number;
      readonly rmsse: number;
    }[];
  }[];
}

async function forecast(words: string[], more: Record<string, string> = {}): Promise<Answer> {
  const file = repositoryFile('examples/pasta.csv');
  const all = ['forecast', file, '--horizon', '7', '--json', ...words];
  const { code, stdout, stderr } = await runParstock(all, {
    env: { PARSTOCK_CACHE_DIR: cacheDir, ...more },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

test('an installed model joins the candidates of every series', async () => {
  const { series } = await forecast(['--model', model]);
  expect(series).toHaveLength(6);
  for (const { method, reason, scores } of series) {
    const own = scores.find((score) => score.method === 'chronos-bolt-nano');
    expect(own?.windows).toBe(3);
    // Random weights: scored, and left alone.
    expect(method).not.toBe('chronos-bolt-nano');
    expect(reason).toMatch(/Chronos-Bolt nano measured \d+ % worse/);
  }
});

test('a model that is asked for by name is the method', async () => {
  const { series } = await forecast(['--method', model]);
  for (const { method, reason } of series) {
    expect(method).toBe('chronos-bolt-nano');
    expect(reason).toMatch(/^Chronos-Bolt nano was asked for/);
  }
});

test('eight bits are a setting, and say nearly the same', async () => {
  const exact = await forecast(['--method', model]);
  const rough = await forecast(['--method', model], { PARSTOCK_ML_PRECISION: 'int8' });
  expect(rough).not.toEqual(exact);
  const rmsse = ({ series }: Answer, i: number) =>
    series[i]!.scores.find(({ method }) => method === 'chronos-bolt-nano')!.rmsse;
  for (const i of exact.series.keys())
    expect(Math.abs(rmsse(rough, i) / rmsse(exact, i) - 1)).toBeLessThan(0.05);
  const file = repositoryFile('examples/pasta.csv');
  const wrong = await runParstock(['forecast', file, '--horizon', '7', '--model', model], {
    env: { PARSTOCK_CACHE_DIR: cacheDir, PARSTOCK_ML_PRECISION: 'int4' },
  });
  expect(wrong.stderr).toMatch(/PARSTOCK_ML_PRECISION/);
});

test('a model that is not installed, and a word that means none, are refused', async () => {
  const file = repositoryFile('examples/pasta.csv');
  const ask = (name: string) =>
    runParstock(['forecast', file, '--horizon', '7', '--model', name], {
      env: { PARSTOCK_CACHE_DIR: cacheDir },
    });
  expect((await ask('chronos-bolt-small')).stderr).toMatch(/model_not_installed/);
  expect(await ask('chronos-bolt-huge')).toMatchObject({ code: 2 });
});
