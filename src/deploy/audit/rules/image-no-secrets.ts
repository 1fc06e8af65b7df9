import { assignmentsOf } from '../documents/dockerfile.ts';
import type { Draft, Rule } from '../finding.ts';

const image = (lines: string) => ({
  Dockerfile: `FROM node:24-slim\n${lines}\nUSER node\nHEALTHCHECK CMD true\nCMD ["node", "server.js"]\n`,
});

export const imageNoSecrets: Rule = {
  id: 'image-no-secrets',
  family: 9,
  severity: 'error',
  title: 'A secret in ARG or ENV',
  why: 'Whoever can pull the image reads it with `docker history`; it outlives the line that is later removed.',
  fix: 'While building: `RUN --mount=type=secret,id=…`; at run time: from the environment or a file of the host. And change the secret.',
  references: [
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    'https://docs.docker.com/build/building/secrets/',
  ],
  bad: [
    { name: 'a value in ENV', files: image('ENV DATABASE_PASSWORD=s3cr3t-hunter2') },
    {
      name: 'given to the build',
      files: image(
        'ARG NPM_TOKEN\nRUN echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > .npmrc && npm ci',
      ),
    },
  ],
  good: [
    { name: 'a secret mount', files: image('RUN --mount=type=secret,id=npm npm ci') },
    {
      name: 'names that only sound so',
      files: image(
        'ENV TOKENIZERS_PARALLELISM=false PASSWORD_FILE=/run/secrets/db JWT_SECRET_FILE=/run/secrets/jwt\nARG PUBLIC_KEY_URL=https://shop.example/key',
      ),
    },
    { name: 'an empty place', files: image('ENV API_KEY=""') },
  ],
  *check({ dockerfiles }): Generator<Draft> {
    for (const [file, { stages }] of dockerfiles)
      for (const { instructions } of stages) {
        const isLast = instructions === stages.at(-1)!.instructions;
        for (const step of instructions)
          if (step.keyword === 'ENV' || step.keyword === 'ARG')
            for (const { name, value } of assignmentsOf(step))
              yield* complaints({
                name,
                value,
                keyword: step.keyword,
                isLast,
                file,
                line: step.line,
              });
      }
  },
};

const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_?KEY|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH_?TOKEN|ACCESS_?TOKEN|TOKEN|CREDENTIALS?)(_|$)/i;
const harmlessName =
  /(^|_)(PUBLIC|PUBLISHABLE|NEXT_PUBLIC|VITE|FILE|PATH|DIR|URL|URI|NAME|ID|LENGTH|TTL|EXPIR\w*|HASH\w*|ALGORITHM|ENABLED?|DISABLE\w*|ALLOW\w*|REQUIRE\w*|MIN|MAX|TYPE|PARALLELISM|COUNT|LIMIT|TIMEOUT|VERSION|USERNAME)(_|$)/i;
const harmlessValue =
  /^(|""|''|true|false|none|null|no|yes|0|1|\d+|\$.*|<.*>|x+|changeme|change_?me|change-me|placeholder|dummy.*|fake.*|example|test|build|build-?time.*|.*dummy.*|.*placeholder.*|.*build.*|.*not[-_ ]?(a[-_ ]?)?(real|used|secret|needed|secure).*|secret|unset|\*+|.*temp.*|.*insecure.*|.*ignored.*|.*example.*|.*fake.*|.*replace.*|.*notneeded.*|.*unused.*|\/.*|.*collectstatic.*|.*default.*|.*your.*|.*change.*|.*only.*|.*skip.*|.*precompile.*)$/i;

function complaints(at: {
  name: string;
  value?: string;
  keyword: string;
  isLast: boolean;
  file: string;
  line: number;
}): Draft[] {
  const { name, value, keyword, isLast, file, line } = at;
  if (!secretName.test(name) || harmlessName.test(name)) return [];
  const place = { file, line };
  if (value !== undefined && !harmlessValue.test(value))
    return [
      {
        ...place,
        message: `${keyword} ${name} puts its value into the image for everybody who can pull it`,
      },
    ];
  if (keyword === 'ARG' && value === undefined)
    return [
      {
        ...place,
        severity: 'warning',
        message: `ARG ${name} is kept in the history of the ${isLast ? 'image' : 'build'}`,
      },
    ];
  return value?.startsWith('$') && keyword === 'ENV' && isLast
    ? [
        {
          ...place,
          severity: 'warning',
          message: `ENV ${name} takes a secret of the build into the image`,
        },
      ]
    : [];
}
