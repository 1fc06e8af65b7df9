import type { PlacedCommand } from '../facts/deploy-jobs.ts';
import { isComposeUp } from '../facts/deploying.ts';
import type { Facts } from '../facts/facts.ts';
import type { Draft, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

const up = (words: string) =>
  deployExample(
    `      - uses: actions/checkout@v5\n      - run: docker --context shop compose ${words}`,
  );

export const deployNamesWhatIsThere: Rule = {
  id: 'deploy-names-what-is-there',
  family: 6,
  severity: 'error',
  title: 'A deploy names a compose file, a service or a script that is not in the repository',
  why: 'It fails on the day of the first deploy, or brings up something that lies on the host and that nobody reviews.',
  fix: 'Name the file and the service as they are, or add them.',
  references: ['https://docs.docker.com/reference/cli/docker/compose/up/'],
  bad: [
    {
      name: 'no such file',
      files: {
        ...up('-f compose.production.yaml up -d'),
        'compose.yaml': 'services:\n  web:\n    image: a/b:1\n',
      },
    },
    {
      name: 'no such service',
      files: { ...up('up -d web worker'), 'compose.yaml': 'services:\n  web:\n    image: a/b:1\n' },
    },
    {
      name: 'no such script',
      files: {
        ...deployExample('      - uses: actions/checkout@v5\n      - run: ./scripts/deploy.sh'),
        'scripts/roll-out.sh': '#!/bin/sh\n',
      },
    },
  ],
  good: [
    {
      name: 'both there',
      files: {
        ...up('-f compose.yaml up -d web'),
        'compose.yaml': 'services:\n  web:\n    image: a/b:1\n',
      },
    },
  ],
  *check(facts): Generator<Draft> {
    for (const { steps } of facts.deployJobs)
      for (const placed of steps.flatMap(({ commands, step }) =>
        commands.map((each) => ({ ...each, step })),
      )) {
        // A host has files of its own, and another folder is not this repository.
        if (
          placed.remote ||
          placed.command.via.some((via) => via === 'ssh') ||
          placed.step.run === undefined
        )
          continue;
        if (
          steps.some(
            ({ step, commands }) =>
              step.uses?.name.includes('download-artifact') ||
              commands.some(
                ({ command }) =>
                  /^(cd|pushd|git|curl|wget|unzip|tar|cp|mv|envsubst|cat|sed)$/.test(
                    command.name,
                  ) || command.redirected,
              ),
          )
        )
          continue;
        yield* missing(placed, facts);
      }
  },
};

function* missing(
  { file, command }: PlacedCommand,
  { repository, projects }: Facts,
): Generator<Draft> {
  const place = { file, line: command.line };
  const [program = ''] = command.words;
  if (/^\.?\/?[\w./-]+\.sh$/.test(program) && program.includes('/') && !program.startsWith('/')) {
    const path = program.replace(/^\.\//, '');
    if (!path.startsWith('../') && !repository.has(path))
      yield { ...place, message: `${path} is not in the repository` };
  }
  const isStack = command.name === 'docker' && /\bstack deploy\b/.test(command.words.join(' '));
  if (!isComposeUp(command) && !isStack) return;
  const { words } = command;
  const named = words
    .filter((_, i) => /^(-f|--file|-c|--compose-file)$/.test(words[i - 1] ?? ''))
    .map((path) => path.replace(/^\.\//, ''));
  const plain = named.filter(
    (path) => !/[$/~*{]/.test(path.replace(/^[\w.-]+\//, '')) && !path.startsWith('/'),
  );
  for (const path of plain)
    if (!repository.has(path))
      yield { ...place, message: `the compose file ${path} is not in the repository` };
  const project = projects.find(({ files }) =>
    named.length > 0 ? named.includes(files.at(-1)!) : /^(docker-)?compose\.ya?ml$/.test(files[0]!),
  );
  if (!project || (named.length > 1 && !named.every((path) => project.files.includes(path))))
    return;
  if (isStack) return;
  const at = words.indexOf('up');
  const services = words
    .slice(at + 1)
    .filter(
      (word, i, rest) =>
        /^[\w.-]+$/.test(word) &&
        !word.startsWith('-') &&
        !/^(--?(t|timeout|scale|wait-timeout|pull|exit-code-from|attach|no-attach))$/.test(
          rest[i - 1] ?? '',
        ),
    );
  for (const name of services)
    if (!project.services.some((service) => service.name === name))
      yield { ...place, message: `${project.files.at(-1)} has no service ${name}` };
}
