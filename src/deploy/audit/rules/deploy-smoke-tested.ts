import type { DeployJob, PlacedCommand } from '../facts/deploy-jobs.ts';
import type { Facts } from '../facts/facts.ts';
import type { Draft, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

const up = '      - run: ssh deploy@shop.example docker compose up -d';

export const deploySmokeTested: Rule = {
  id: 'deploy-smoke-tested',
  family: 8,
  severity: 'warning',
  title: 'A deploy with no smoke test behind it, or with a health check only',
  why: 'A port that answers says nothing of log-in, database and jobs: the first to notice is a customer.',
  fix: 'After the switch run a short test of the product itself (log in, one read, one write with a known answer), and roll back when it fails.',
  references: [
    'https://martinfowler.com/bliki/BlueGreenDeployment.html',
    'https://sre.google/sre-book/release-engineering/',
  ],
  bad: [
    { name: 'nothing', files: deployExample(up) },
    {
      name: 'only a health check',
      files: deployExample(`${up}\n      - run: curl --fail https://shop.example/health`),
    },
  ],
  good: [
    {
      name: 'a smoke test',
      files: deployExample(`${up}\n      - run: ./scripts/smoke-test.sh https://shop.example`),
    },
    {
      name: 'end-to-end tests in a later job',
      files: deployExample(
        `${up}\n  verify:\n    needs: deploy\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npx playwright test --grep @smoke`,
      ),
    },
  ],
  *check(facts): Generator<Draft> {
    for (const job of facts.deployJobs) {
      if (job.acts.length === 0 || !job.named) continue;
      const last = job.acts.at(-1)!;
      const behind = commandsBehind(job, { last, facts });
      if (behind.some(isSmokeTest) || namedTest(job)) continue;
      const health = behind.find(isHealthCheck);
      const message = health
        ? `behind the deploy there is a health check only (${health.command.text.split('\n')[0]!.slice(0, 60)})`
        : 'nothing looks at the product after this deploy';
      yield { file: (health ?? last).file, line: health?.command.line ?? last.line, message };
    }
  },
};

/** Commands after the last deploying one, in the job and in the jobs that wait for it. */
function commandsBehind(
  { workflow, job, steps, caller }: DeployJob,
  { last, facts }: { last: { file: string; line: number }; facts: Facts },
): PlacedCommand[] {
  const own = steps.flatMap(({ commands }) => commands);
  const at = own.findLastIndex(
    ({ file, command }) => file === last.file && command.line <= last.line,
  );
  const here = own.slice(Math.max(0, at));
  const later = workflow.jobs.filter(({ needs }) => needs.includes(job.id));
  const callerJobs =
    caller?.workflow.jobs.filter(({ needs }) => needs.includes(caller.job.id)) ?? [];
  const laterCommands = [...later, ...callerJobs].flatMap(({ steps: list }) =>
    list.flatMap(({ run }) =>
      (run?.script.commands ?? []).map((command) => ({
        file: workflow.file,
        command,
        remote: false,
      })),
    ),
  );
  return [...here, ...laterCommands].flatMap((placed) => [placed, ...insideScript(placed, facts)]);
}

/** What a script of the repository does when it is called. */
function insideScript({ command }: PlacedCommand, { scripts }: Facts): PlacedCommand[] {
  const word = command.words.find((each) => /\.sh$|^\.\//.test(each))?.replace(/^\.\//, '');
  const script = word === undefined ? undefined : scripts.get(word);
  return (script?.commands ?? []).map((inner) => ({ file: word!, command: inner, remote: false }));
}

const tests =
  /smoke|e2e|end-to-end|acceptance|integration-test|playwright|cypress|newman|postman|k6 run|\bhurl\b|verify|check[-_]?deploy|post[-_]?deploy|sanity|synthetic|probe|tavern|karate|robot|selenium|pytest|vitest|jest/i;

/** Named by what it is, or a request that asks for more than the root or a health page. */
function isSmokeTest({ command }: PlacedCommand): boolean {
  const { name, text, words } = command;
  if (/^(echo|printf|#)$/.test(name)) return false;
  if (
    tests.test([name, ...words.slice(1)].join(' ')) &&
    !/image|--verify|verify=|no-verify/.test(text)
  )
    return true;
  if (!/^(curl|http|xh|wget)$/.test(name) || isHealthUrl(text)) return false;
  return (
    /(-X|--request)\s*(POST|PUT)|--data|\s-d\s|--json/.test(text) &&
    !/hooks?\.|slack|discord|webhook|deploy|api\.github|telegram|sentry/i.test(text)
  );
}

function isHealthUrl(text: string): boolean {
  return /\/(health|healthz|healthcheck|ready|readyz|live|livez|up|status|ping|_health|-\/healthy)\b/i.test(
    text,
  );
}

function isHealthCheck({ command }: PlacedCommand): boolean {
  const { name, text } = command;
  return (
    /^(curl|wget|http|xh|nc)$/.test(name) &&
    !/hooks?\.|slack|discord|webhook|api\.github|telegram|-d\s|--data/i.test(text) &&
    /https?:|\$|localhost|nc /.test(text)
  );
}

/** A step or a later job that says by its name, or by its action, that it tests. */
function namedTest({ steps, workflow, job, acts, caller }: DeployJob): boolean {
  const says = /smoke|e2e|end.to.end|acceptance|post.?deploy|verif|sanity|synthetic/i;
  const talks = (step: { run?: { script: { commands: readonly { name: string }[] } } }) =>
    step.run?.script.commands.every(({ name }) => /^(echo|printf|sleep|true|)$/.test(name)) ??
    false;
  const first = acts[0]!.line;
  const own = steps.some(
    ({ step }) =>
      step.line >= first &&
      (says.test(step.name) || says.test(step.uses?.name ?? '')) &&
      !talks(step) &&
      !onlyHealth(step),
  );
  const jobs = [
    ...workflow.jobs.filter(({ needs }) => needs.includes(job.id)),
    ...(caller?.workflow.jobs.filter(({ needs }) => needs.includes(caller.job.id)) ?? []),
  ];
  return (
    own ||
    jobs.some(
      (later) =>
        says.test(`${later.id} ${later.name} ${later.uses?.name ?? ''}`) &&
        (later.uses !== undefined ||
          later.steps.some(
            (step) =>
              (step.uses && !/checkout/.test(step.uses.name)) ||
              (step.run && !talks(step) && !onlyHealth(step)),
          )),
    )
  );
}

function onlyHealth({ run }: { run?: { text: string } }): boolean {
  return (
    run !== undefined && isHealthUrl(run.text) && !tests.test(run.text.replace(/^\s*#.*$/gm, ''))
  );
}
