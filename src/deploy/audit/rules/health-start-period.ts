import { seconds } from '../documents/compose.ts';
import { flatText } from '../documents/dockerfile.ts';
import type { Container } from '../facts/containers.ts';
import { heavyWorkOf } from '../facts/heavy-work.ts';
import type { Draft, Rule } from '../finding.ts';

const files = (healthcheck: string) => ({
  Dockerfile:
    'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./entrypoint.sh"]\nCMD ["uvicorn", "main:app"]\n',
  'entrypoint.sh': '#!/bin/sh\nset -e\npip install -r requirements.txt\nexec "$@"\n',
  'compose.yaml': `services:\n  api:\n    build: .\n    healthcheck:\n      test: curl -f http://localhost:8000/health\n${healthcheck}`,
});

/** What a start with installs or downloads takes on an ordinary line, at least. */
const NEEDED_SECONDS = 180;

export const healthStartPeriod: Rule = {
  id: 'health-start-period',
  family: 3,
  severity: 'error',
  title: 'The health check gives up before the start can be over',
  why: 'The container is declared unhealthy and restarted, or the deploy undone, while it still installs or downloads; the next start begins anew.',
  fix: 'Take the heavy work out of the start; until then raise `start_period` above its longest duration.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#healthcheck',
    'https://docs.docker.com/reference/compose-file/services/#healthcheck',
  ],
  bad: [
    {
      name: 'ten seconds for an install',
      files: files('      interval: 10s\n      retries: 3\n      start_period: 10s\n'),
    },
    {
      name: 'the image’s own health check, nothing said of the start',
      files: {
        Dockerfile:
          'FROM node:24\nWORKDIR /app\nCOPY . .\nHEALTHCHECK --interval=5s --retries=3 CMD curl -f http://localhost:3000/\nCMD npm ci && node server.js\n',
      },
    },
  ],
  good: [{ name: 'time enough', files: files('      start_period: 10m\n') }],
  *check({ containers, repository }): Generator<Draft> {
    for (const container of containers) {
      const check = healthOf(container);
      if (!check || container.development) continue;
      const [work] = heavyWorkOf(container.start, repository).filter(
        ({ conditional }) => !conditional,
      );
      const granted = check.start + check.interval * check.retries;
      if (!work || granted >= NEEDED_SECONDS) continue;
      const message = `the start has ${Math.round(granted)} s (start period ${check.start} s and ${check.retries} × ${check.interval} s) before it counts as unhealthy, but it first runs \`${work.what}\``;
      yield {
        file: check.file,
        line: check.line,
        message,
        related: [
          { file: work.file, line: work.line, message: 'is done before the server listens' },
        ],
      };
    }
  },
};

function healthOf({ service, image }: Container) {
  const own = service?.healthcheck;
  if (own?.disabled) return undefined;
  if (own)
    return {
      file: own.file,
      line: own.line,
      start: own.startPeriodSeconds,
      interval: own.intervalSeconds,
      retries: own.retries,
    };
  const step = image?.healthcheck;
  if (!image || !step || /^NONE\b/i.test(flatText(step))) return undefined;
  return {
    file: image.file,
    line: step.line,
    start: seconds(step.flags['start-period']) ?? 0,
    interval: seconds(step.flags.interval) ?? 30,
    retries: Number(step.flags.retries ?? 3) || 3,
  };
}
