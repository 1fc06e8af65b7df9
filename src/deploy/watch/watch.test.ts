import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  breachOf,
  defaultThresholds,
  figuresOf,
  type MetricsSample,
  readMetrics,
  watchServer,
} from './index.ts';

/** An answer of /metrics as the server writes it. */
function metricsText(given: {
  started?: number;
  good?: number;
  bad?: number;
  slow?: number;
  failed?: number;
}): string {
  const { started = 1000, good = 0, bad = 0, slow = 0, failed = 0 } = given;
  const series = (route: string, status: number, counts: { fast: number; all: number }) => {
    const labels = `method="GET",route="${route}",status="${status}"`;
    return [
      `http_request_duration_seconds_bucket{le="0.1",${labels}} ${counts.fast}`,
      `http_request_duration_seconds_bucket{le="5",${labels}} ${counts.all}`,
      `http_request_duration_seconds_bucket{le="+Inf",${labels}} ${counts.all}`,
      `http_request_duration_seconds_sum{${labels}} 1.5`,
      `http_request_duration_seconds_count{${labels}} ${counts.all}`,
    ];
  };
  return [
    '# HELP http_request_duration_seconds Time from request to answer',
    '# TYPE http_request_duration_seconds histogram',
    ...series('/api/v1/products/:sku', 200, { fast: good, all: good + slow }),
    ...series('/api/v1/today', 500, { fast: bad, all: bad }),
    ...series('/metrics', 200, { fast: 0, all: 900 }),
    ...series('/api/v1/runs/:id/events', 200, { fast: 0, all: 0 }),
    `process_start_time_seconds ${started}`,
    `parstock_jobs_failed_total ${failed}`,
  ].join('\n');
}

const sample = (given: Parameters<typeof metricsText>[0]): MetricsSample =>
  readMetrics(metricsText(given));

describe('reading /metrics', () => {
  test('counts what users asked, and leaves out what the watch itself asks', () => {
    const read = sample({ good: 90, bad: 10, failed: 3 });
    expect(read).toMatchObject({
      requests: 100,
      errors: 10,
      failedJobs: 3,
      startedAtSeconds: 1000,
    });
  });

  test('streams are no measure of speed', () => {
    const labels = 'method="GET",route="/api/v1/runs/:id/events",status="200"';
    const read = readMetrics(`http_request_duration_seconds_bucket{le="10",${labels}} 7`);
    expect(read.durations).toEqual([]);
  });
});

describe('the figures of a window', () => {
  test('are differences from the first sample, not what had happened before', () => {
    const figures = figuresOf([sample({ good: 1000, bad: 500 }), sample({ good: 1090, bad: 510 })]);
    expect(figures).toMatchObject({ requests: 100, errors: 10, errorRate: 0.1, restarts: 0 });
  });

  test('count from 0 after a restart, and say that there was one', () => {
    const figures = figuresOf([
      sample({ good: 100 }),
      sample({ good: 130 }),
      sample({ started: 1500, good: 5, bad: 1 }),
    ]);
    expect(figures).toMatchObject({ requests: 36, errors: 1, restarts: 1 });
  });

  test('p95 is interpolated inside its bucket', () => {
    const figures = figuresOf([sample({}), sample({ good: 90, slow: 10 })]);
    // The 95th of 100 lies half-way through the ten between .1 and 5 seconds.
    expect(figures.p95Seconds).toBeCloseTo(0.1 + 4.9 / 2, 6);
  });

  test('a single sample has no answers in it', () => {
    expect(figuresOf([sample({ good: 100 })])).toMatchObject({ requests: 0, p95Seconds: null });
  });
});

describe('a breach', () => {
  const judged = (given: Parameters<typeof metricsText>[0]) =>
    breachOf(figuresOf([sample({}), sample(given)]), defaultThresholds);

  test('is a share of errors above the threshold', () => {
    expect(judged({ good: 98, bad: 2 })).toMatch(/2 of 100 answers were errors \(2\.0 %\)/);
    expect(judged({ good: 199, bad: 1 })).toBeNull();
  });

  test('is not one error among few answers, but is several', () => {
    expect(judged({ good: 3, bad: 1 })).toBeNull();
    expect(judged({ good: 3, bad: 5 })).toMatch(/5 of 8/);
  });

  test('is slowness, once there are answers enough to tell', () => {
    expect(judged({ slow: 60 })).toMatch(/95 % of the answers/);
    expect(judged({ slow: 10 })).toBeNull();
  });

  test('is a job that keeps failing, and a restart', () => {
    expect(judged({ failed: 2 })).toBeNull();
    expect(judged({ failed: 3 })).toMatch(/failed 3 times/);
    expect(judged({ started: 2000 })).toMatch(/restarted/);
  });
});

describe('watching', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** Answers the texts one after the other, then the last one for ever. */
  async function serve(answers: readonly (string | number)[]): Promise<string> {
    let asked = 0;
    server = createServer((_request, response) => {
      const answer = answers[Math.min(asked++, answers.length - 1)]!;
      response.statusCode = typeof answer === 'number' ? answer : 200;
      response.end(String(answer));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('ends well when the window is over', async () => {
    const url = await serve([metricsText({ good: 10 }), metricsText({ good: 200 })]);
    const outcome = await watchServer({ url, windowSeconds: 0.3, everySeconds: 0.1 });
    expect(outcome).toMatchObject({ ok: true, breach: null, requests: 190 });
  });

  test('ends with the first breach, long before the window', async () => {
    const url = await serve([metricsText({}), metricsText({ good: 50, bad: 50 })]);
    const outcome = await watchServer({ url, windowSeconds: 3600, everySeconds: 0.05 });
    expect(outcome.ok).toBe(false);
    expect(outcome.breach).toMatch(/50 of 100/);
  });

  test('a server that no longer answers is a breach; one missed look is not', async () => {
    const gone = await serve([metricsText({}), 503]);
    const outcome = await watchServer({ url: gone, windowSeconds: 3600, everySeconds: 0.05 });
    expect(outcome.breach).toMatch(/did not answer \(HTTP 503\)/);
    server?.close();
    const hiccup = await serve([metricsText({}), 503, metricsText({ good: 1 })]);
    const fine = await watchServer({ url: hiccup, windowSeconds: 0.3, everySeconds: 0.05 });
    expect(fine.ok).toBe(true);
  });

  test('is called off by its signal', async () => {
    const url = await serve([metricsText({})]);
    const signal = AbortSignal.timeout(100);
    await expect(watchServer({ url, windowSeconds: 3600, signal })).rejects.toThrow();
  });
});
