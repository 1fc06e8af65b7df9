import type { Draft, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

const step = '      - run: ssh deploy@shop.example docker compose up -d --wait';

export const deployOneAtATime: Rule = {
  id: 'deploy-one-at-a-time',
  family: 6,
  severity: 'warning',
  title: 'Two deploys can run at the same time, or one is cancelled half-way',
  why: 'Two pushes within minutes race: the older one may win, and a deploy that is cancelled in the middle leaves neither version whole.',
  fix: 'Give the deploying job a `concurrency` group of its own with `cancel-in-progress: false`.',
  references: [
    'https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency',
  ],
  bad: [
    { name: 'no group', files: deployExample(step, { concurrency: '' }) },
    {
      name: 'cancelled by the next push',
      files: deployExample(step, {
        concurrency: 'concurrency:\n  group: production\n  cancel-in-progress: true\n',
      }),
    },
    {
      name: 'a group for each commit',
      files: deployExample(step, { concurrency: 'concurrency: deploy-${{ github.sha }}\n' }),
    },
  ],
  good: [
    { name: 'in turn', files: deployExample(step) },
    {
      name: 'of the job',
      files: deployExample(step, {
        concurrency: '',
        environment: '    environment: production\n    concurrency: { group: production }\n',
      }),
    },
  ],
  *check({ deployJobs }): Generator<Draft> {
    for (const { workflow, job, acts, caller, named } of deployJobs) {
      if (acts.length === 0 || !named) continue;
      const own = job.concurrency ?? workflow.concurrency;
      const concurrency = own ?? caller?.job.concurrency ?? caller?.workflow.concurrency;
      const place = { file: workflow.file, line: own?.line ?? job.line };
      if (!concurrency)
        yield { ...place, message: `nothing keeps two runs of the job ${job.id} apart` };
      else if (concurrency.cancels && own)
        yield {
          ...place,
          message: 'a newer run cancels a deploy that is in progress',
          severity: 'error',
        };
      else if (/github\.(sha|run_id|run_number)\b/.test(concurrency.group) && own)
        yield {
          ...place,
          message: `the group ${concurrency.group} is another one for every run, so that it keeps nothing apart`,
        };
    }
  },
};
