import type { Draft, Rule } from '../finding.ts';

const workflow = (uses: string) => ({
  '.github/workflows/ci.yml': `on: push\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: ${uses}\n`,
});

export const actionPinned: Rule = {
  id: 'action-pinned',
  family: 9,
  severity: 'warning',
  title: 'An action that is not pinned by commit',
  why: 'A tag or a branch moves at the will of whoever holds that repository’s keys, and the action sees the job’s token and secrets (tj-actions, March 2025).',
  fix: 'Name the commit, with the version behind it: `uses: owner/action@<40 hex digits> # v1.2.3`; let a bot raise it.',
  references: [
    'https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions',
  ],
  bad: [
    { name: 'a branch', files: workflow('docker/build-push-action@master') },
    { name: 'a tag', files: workflow('docker/build-push-action@v6') },
    { name: 'an image that floats', files: workflow('docker://alpine:latest') },
  ],
  good: [
    {
      name: 'a commit',
      files: workflow(
        'docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83 # v6.18.0',
      ),
    },
    { name: 'its own', files: workflow('./.github/actions/setup') },
  ],
  *check({ workflows }): Generator<Draft> {
    for (const { file, jobs } of workflows)
      for (const job of jobs)
        for (const uses of [job.uses, ...job.steps.map((step) => step.uses)]) {
          const complaint = uses && unpinned(uses.name);
          if (complaint) yield { file, line: uses.line, ...complaint };
        }
  },
};

function unpinned(name: string): Pick<Draft, 'message' | 'severity'> | undefined {
  if (name.startsWith('./') || name.includes('${{')) return undefined;
  if (name.startsWith('docker://'))
    return name.includes('@sha256:') ? undefined : { message: `${name} is not pinned by digest` };
  const [action = '', reference = ''] = name.split('@');
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(reference)) return undefined;
  const message =
    reference === ''
      ? `${action} has no version`
      : `${action} is pinned by ${reference}, which can be moved`;
  // GitHub’s own are as trustworthy as the runner itself.
  return /^(actions|github)\//.test(action) ? { message, severity: 'note' } : { message };
}
