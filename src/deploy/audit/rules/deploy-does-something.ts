import type { DeployJob } from '../facts/deploy-jobs.ts';
import type { Draft, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

export const deployDoesSomething: Rule = {
  id: 'deploy-does-something',
  family: 6,
  severity: 'error',
  title: 'A deploy workflow that deploys nothing',
  why: 'It turns green, everybody believes that the version is out, and the old one goes on serving.',
  fix: 'Put the real commands in, or remove the job: a missing workflow misleads nobody.',
  references: ['https://docs.github.com/en/actions/how-tos/deploy'],
  bad: [
    {
      name: 'only echo',
      files: deployExample(
        '      - run: |\n          echo "Deploying to production"\n          # ssh deploy@host ./deploy.sh\n          echo done',
      ),
    },
    {
      name: 'a step that only waits',
      files: deployExample('      - name: Deploy\n        run: sleep 5'),
    },
    { name: 'no step but the checkout', files: deployExample('      - uses: actions/checkout@v5') },
  ],
  good: [
    {
      name: 'deploys',
      files: deployExample('      - run: ssh deploy@shop.example docker compose up -d --wait'),
    },
    { name: 'by a script', files: deployExample('      - run: ./scripts/deploy.sh production') },
  ],
  *check({ deployJobs }): Generator<Draft> {
    for (const job of deployJobs) {
      if (!job.named || job.acts.length > 0) continue;
      const place = emptiness(job);
      if (!place) continue;
      const message = `the job ${job.job.id} says that it deploys, but ${place.found}`;
      yield { file: place.file, line: place.line, message };
    }
  },
};

const talking =
  /^(echo|printf|true|:|sleep|exit|date|ls|pwd|cat|set|env|whoami|hostname|export|cd|test|\[|)$/;
const harmless =
  /^(actions\/(checkout|setup-[\w-]+|cache(\/.*)?|download-artifact|upload-artifact)|docker\/(setup-[\w-]+|login-action|metadata-action))@/;

function emptiness({
  workflow,
  job,
  steps,
}: DeployJob): { file: string; line: number; found: string } | undefined {
  const runs = steps.filter(({ step }) => step.run);
  const others = steps.filter(({ step }) => step.uses && !harmless.test(step.uses.name));
  if (others.length > 0) return undefined;
  // What another shell does is not read here.
  if (runs.some(({ step }) => step.shell && !/^(ba)?sh\b/.test(step.shell))) return undefined;
  const commands = runs.flatMap((step) => step.commands);
  const real = commands.filter(({ command }) => !talking.test(command.name));
  if (
    real.length > 0 ||
    commands.some(({ command }) => /GITHUB_OUTPUT|GITHUB_ENV|workflow/.test(command.text))
  )
    return undefined;
  if (runs.length === 0) {
    if (steps.length === 0) return undefined;
    return { file: workflow.file, line: job.line, found: 'it has no step that does anything' };
  }
  const named = runs.find(({ step }) => /deploy|release|roll/i.test(step.name)) ?? runs[0]!;
  const isComment = named.step.run!.text.split('\n').every((line) => /^\s*(#|$)/.test(line));
  return {
    file: named.file,
    line: isComment ? named.step.line : named.step.run!.line,
    found: isComment ? 'its step holds comments only' : 'its steps only talk',
  };
}
