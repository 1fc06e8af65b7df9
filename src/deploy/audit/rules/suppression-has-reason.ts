import type { Draft, Rule } from '../finding.ts';
import { reasonlessSuppressions } from '../suppressions.ts';

const mark = '# parstock-audit:' + ' ignore base-image-pinned';

export const suppressionHasReason: Rule = {
  id: 'suppression-has-reason',
  family: 0,
  severity: 'warning',
  title: 'A finding is suppressed and nobody says why',
  why: 'In a year nobody knows whether it still holds. Without a reason nothing is suppressed.',
  fix: 'Write the reason behind two hyphens: `# parstock-audit: ignore rule-id -- because …`.',
  references: ['https://peps.python.org/pep-0020/'],
  bad: [{ name: 'no reason', files: { Dockerfile: `${mark}\nFROM debian\n` } }],
  good: [
    {
      name: 'a reason',
      files: { Dockerfile: `${mark} -- the base is pinned by the mirror\nFROM debian\n` },
    },
  ],
  *check({ repository, dockerfiles, projects, workflows, scripts }): Generator<Draft> {
    const files = [
      ...dockerfiles.keys(),
      ...projects.flatMap((project) => project.files),
      ...workflows.map(({ file }) => file),
      ...scripts.keys(),
    ];
    for (const file of new Set(files))
      for (const line of reasonlessSuppressions(repository.lines(file)))
        yield {
          file,
          line,
          message: 'this suppression gives no reason, and so suppresses nothing',
        };
  },
};
