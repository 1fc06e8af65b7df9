import { expect, test, vi } from 'vitest';
import { runSteps, type StartupStep, type StepReport } from './steps.ts';

const log = { info: vi.fn(), error: vi.fn() };
const noConnectionLeft = () => Object.assign(new Error('no connection left'), { code: '53300' });

async function run(step: Partial<StartupStep<null>> & Pick<StartupStep<null>, 'run'>) {
  const reports: StepReport[] = [];
  const steps = [{ name: 'jobs', deadlineSeconds: 20, ...step }];
  const failure = await runSteps(steps, { parts: null, log, reports }).catch((error) => error);
  return { failure, report: reports[0]! };
}

test('a step is begun again for as long as the database has no connection left', async () => {
  const work = vi.fn(async () => 'up');
  work.mockRejectedValueOnce(noConnectionLeft()).mockRejectedValueOnce(noConnectionLeft());
  const { failure, report } = await run({ run: work, repeatable: true });
  expect(failure).toBeUndefined();
  expect(work).toHaveBeenCalledTimes(3);
  expect(report).toMatchObject({ state: 'done', note: 'up' });
});

test('one that may not be begun twice fails at once', async () => {
  const work = vi.fn().mockRejectedValue(noConnectionLeft());
  const { failure, report } = await run({ run: work });
  expect(failure).toMatchObject({ code: '53300' });
  expect(work).toHaveBeenCalledTimes(1);
  expect(report.state).toBe('failed');
});

test('what waiting does not mend is told at once', async () => {
  const work = vi.fn().mockRejectedValue(new Error('broken'));
  const { failure } = await run({ run: work, repeatable: true });
  expect(failure).toMatchObject({ message: 'broken' });
  expect(work).toHaveBeenCalledTimes(1);
});

test('past its deadline a step is over, and is not begun again', async () => {
  const work = vi.fn().mockRejectedValue(noConnectionLeft());
  const { failure } = await run({ run: work, repeatable: true, deadlineSeconds: 0.3 });
  expect(failure).toMatchObject({ code: 'startup_too_slow' });
  const begun = work.mock.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(work.mock.calls.length).toBe(begun);
});
