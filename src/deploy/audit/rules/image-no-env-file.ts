import { posix } from 'node:path';
import { flatText, wordsOf } from '../documents/dockerfile.ts';
import type { Facts } from '../facts/facts.ts';
import type { Draft, Rule } from '../finding.ts';
import { ignoreMatcher } from '../repository/ignore-patterns.ts';

const image = (copy: string) =>
  `FROM node:24-slim\nWORKDIR /app\n${copy}\nUSER node\nHEALTHCHECK CMD true\nCMD ["node", "server.js"]\n`;

export const imageNoEnvFile: Rule = {
  id: 'image-no-env-file',
  family: 9,
  severity: 'error',
  title: 'A .env file is copied into the image',
  why: 'It carries the secrets of whoever built the image to everybody who can pull it, and wins over nothing that production sets.',
  fix: 'Add `.env` and `.env.*` to .dockerignore, and give the values at run time.',
  references: ['https://docs.docker.com/build/concepts/context/#dockerignore-files'],
  bad: [
    { name: 'by name', files: { Dockerfile: image('COPY .env ./') } },
    {
      name: 'with everything else',
      files: { Dockerfile: image('COPY . .'), '.env': 'DATABASE_PASSWORD=hunter2hunter2\n' },
    },
  ],
  good: [
    {
      name: 'kept out',
      files: {
        Dockerfile: image('COPY . .'),
        '.env': 'DATABASE_PASSWORD=hunter2hunter2\n',
        '.dockerignore': '**/.env*\n',
      },
    },
    { name: 'an example', files: { Dockerfile: image('COPY .env.example ./') } },
    {
      name: 'values that are no secrets',
      files: { Dockerfile: image('COPY . .'), '.env': 'PORT=3000\n' },
    },
  ],
  *check(facts): Generator<Draft> {
    for (const [file, { stages }] of facts.dockerfiles)
      for (const { instructions } of stages)
        for (const step of instructions) {
          if ((step.keyword !== 'COPY' && step.keyword !== 'ADD') || step.flags.from !== undefined)
            continue;
          const sources = (step.json ?? wordsOf(flatText(step))).slice(0, -1);
          for (const source of sources) {
            const found = copied(source, {
              file,
              facts,
              isLast: instructions === stages.at(-1)!.instructions,
            });
            if (found) yield { file, line: step.line, ...found };
          }
        }
  },
};

const envFile = /(^|\/)\.env(\.(local|prod|production|staging|stage|live))?$/;

function copied(
  source: string,
  { file, facts, isLast }: { file: string; facts: Facts; isLast: boolean },
): Pick<Draft, 'message' | 'severity' | 'fix'> | undefined {
  const { repository } = facts;
  if (envFile.test(source)) {
    const context = contextOf(file, facts);
    const path = posix.normalize(posix.join(context, source));
    // A committed file without a secret in it is configuration like any other.
    if (repository.has(path) && !hasSecret(repository.text(path) ?? '')) return undefined;
    return {
      message: `${source} is copied into the image`,
      ...(isLast ? {} : { severity: 'warning' as const }),
    };
  }
  if (!/^\.?\/?$/.test(source)) return undefined;
  const context = contextOf(file, facts);
  const inside = (name: string) => posix.normalize(posix.join(context, name));
  const ignoreFile = [`${file}.dockerignore`, inside('.dockerignore')].find((path) =>
    repository.has(path),
  );
  const ignores = ignoreMatcher(ignoreFile ? (repository.text(ignoreFile) ?? '') : '', 'docker');
  const names = ['.env', '.env.local', '.env.production', '.env.prod'];
  const taken = names.find(
    (name) =>
      repository.has(inside(name)) &&
      !ignores(name) &&
      hasSecret(repository.text(inside(name)) ?? ''),
  );
  return taken
    ? {
        message: `${inside(taken)} lies in the build context, holds secrets, and is copied with everything else`,
        ...(isLast ? {} : { severity: 'warning' as const }),
      }
    : undefined;
}

function contextOf(file: string, { projects }: Facts): string {
  for (const { build } of projects.flatMap(({ services }) => services))
    if (
      build &&
      posix.normalize(posix.join(build.context, build.dockerfile ?? 'Dockerfile')) === file
    )
      return build.context;
  return posix.dirname(file);
}

function hasSecret(text: string): boolean {
  return text.split('\n').some((line) => {
    const pair =
      /^\s*(?:export\s+)?(\w*(?:PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|DATABASE_URL)\w*)\s*=\s*["']?([^"'#\s]+)/i.exec(
        line,
      );
    return (
      pair !== null &&
      pair[2]!.length >= 6 &&
      !/^(change|your|example|xxx|<|\$|dummy|test|placeholder|secret$|password$)/i.test(pair[2]!)
    );
  });
}
