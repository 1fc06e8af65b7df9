import type { Draft, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

const step = '      - run: ssh deploy@shop.example docker compose up -d --wait';

export const deployNeedsApproval: Rule = {
  id: 'deploy-needs-approval',
  family: 6,
  severity: 'warning',
  title: 'A production deploy without an environment that could ask for approval',
  why: 'Whatever reaches the branch is in production minutes later; without an environment nobody can be asked, and its secrets are every job’s.',
  fix: 'Give the job `environment: production`, and let that environment require a reviewer.',
  references: [
    'https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments',
  ],
  bad: [{ name: 'none', files: deployExample(step, { environment: '' }) }],
  good: [
    { name: 'with an environment', files: deployExample(step) },
    {
      name: 'of a called workflow',
      files: {
        '.github/workflows/deploy-production.yml':
          'on: workflow_dispatch\njobs:\n  call:\n    uses: ./.github/workflows/deploy-to.yml\n',
        '.github/workflows/deploy-to.yml': `on: workflow_call\njobs:\n  deploy:\n    environment: production\n    steps:\n${step}\n`,
      },
    },
  ],
  *check({ deployJobs }): Generator<Draft> {
    for (const { workflow, job, production, acts, named } of deployJobs) {
      if (job.environment || !production || acts.length === 0 || !named) continue;
      const message = `the job ${job.id} deploys to production and names no environment`;
      yield { file: workflow.file, line: job.line, message };
    }
  },
};
