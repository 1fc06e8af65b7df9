import type { Permissions, Workflow } from '../documents/workflow.ts';
import type { Draft, Rule } from '../finding.ts';

const workflow = (permissions: string, step = 'npm test') => ({
  '.github/workflows/ci.yml': `on: pull_request\n${permissions}jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: ${step}\n`,
});

export const workflowLeastPermissions: Rule = {
  id: 'workflow-least-permissions',
  family: 9,
  severity: 'warning',
  title: 'A workflow with more rights than it needs',
  why: 'Any dependency that a job runs can use its token: to push, to release, to approve.',
  fix: 'Begin the workflow with `permissions: contents: read` (or `{}`), and give a job what it needs beyond that.',
  references: [
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions',
  ],
  bad: [
    { name: 'everything', files: workflow('permissions: write-all\n') },
    { name: 'nothing said: the default of the organisation', files: workflow('') },
    {
      name: 'writes for every job',
      files: {
        '.github/workflows/ci.yml':
          'on: push\npermissions:\n  contents: write\n  packages: write\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm test\n  b:\n    runs-on: x\n    steps:\n      - run: npm run lint\n',
      },
    },
  ],
  good: [
    { name: 'reads', files: workflow('permissions:\n  contents: read\n') },
    {
      name: 'one job writes',
      files: {
        '.github/workflows/ci.yml':
          'on: push\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    permissions:\n      packages: write\n    steps:\n      - run: docker push a/b:1\n',
      },
    },
  ],
  *check({ workflows }): Generator<Draft> {
    for (const workflow of workflows) if (workflow.kind === 'workflow') yield* excess(workflow);
  },
};

function* excess({ file, jobs, permissions, events }: Workflow): Generator<Draft> {
  const fix = 'Name the scopes that the job needs, one by one.';
  const everything = [permissions, ...jobs.map((job) => job.permissions)].filter(
    (each): each is Permissions => each?.all === 'write-all',
  );
  for (const { line } of everything)
    yield { file, line, fix, severity: 'error', message: 'the token may write everything' };
  if (!permissions && jobs.some((job) => !job.permissions && !job.uses)) {
    const [job] = jobs.filter((each) => !each.permissions);
    if (job && !(events.size === 1 && events.has('workflow_call')))
      yield {
        file,
        line: job.line,
        severity: 'note',
        message:
          'no permissions are said, so that the token has what the organisation’s default gives',
        edit: undefined,
      };
  }
  if (!permissions || jobs.length < 2) return;
  const inheriting = jobs.filter((job) => !job.permissions);
  const writes = [...permissions.scopes].filter(([, { level }]) => level === 'write');
  if (inheriting.length > 1 && writes.length > 1) {
    const names = writes.map(([scope]) => scope).join(', ');
    yield {
      file,
      line: permissions.line,
      message: `all ${inheriting.length} jobs may write ${names}`,
    };
  }
}
