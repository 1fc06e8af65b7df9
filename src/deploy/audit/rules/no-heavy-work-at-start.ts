import { heavyWorkOf } from '../facts/heavy-work.ts';
import type { Draft, Rule } from '../finding.ts';

const image = (entrypoint: string) => ({
  Dockerfile:
    'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./entrypoint.sh"]\nCMD ["gunicorn", "site.wsgi"]\n',
  'entrypoint.sh': entrypoint,
});

export const noHeavyWorkAtStart: Rule = {
  id: 'no-heavy-work-at-start',
  family: 3,
  severity: 'error',
  title: 'Downloads, installs or builds between container start and first listen',
  why: 'Every start, every restart after a crash and every scale-out waits for it, and depends on somebody else’s server being up.',
  fix: 'Do it while the image is built (RUN), or in a job of its own before the switch.',
  references: ['https://12factor.net/build-release-run', 'https://12factor.net/disposability'],
  bad: [
    {
      name: 'packages are installed at start',
      files: image('#!/bin/sh\nset -e\npip install -r requirements.txt\nexec "$@"\n'),
    },
    {
      name: 'a model is fetched in a function',
      files: image(
        '#!/bin/bash\nset -e\nfetch() {\n  huggingface-cli download amazon/chronos-2\n}\nfetch\nexec "$@"\n',
      ),
    },
    {
      name: 'npm start builds first',
      files: {
        Dockerfile: 'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n',
        'package.json':
          '{ "scripts": { "start": "npm run build && node dist/server.js", "build": "tsc" } }\n',
      },
    },
    {
      name: 'a program that runs first fetches a model',
      files: {
        ...image('#!/bin/sh\nset -e\npython warm.py\nexec "$@"\n'),
        'warm.py':
          'from huggingface_hub import snapshot_download\nsnapshot_download("amazon/chronos-2")\n',
      },
    },
  ],
  good: [
    {
      name: 'only migrations at start',
      files: image('#!/bin/sh\nset -e\npython manage.py migrate\nexec "$@"\n'),
    },
    {
      name: 'a development container over mounted sources',
      files: {
        'compose.yaml':
          'services:\n  web:\n    image: node:24\n    command: sh -c "npm install && npm run dev"\n    volumes:\n      - .:/app\n',
      },
    },
    {
      name: 'a neighbour is asked how it is',
      files: image(
        '#!/bin/sh\nset -e\nuntil curl -sf http://localhost:9200/_health; do sleep 1; done\nexec "$@"\n',
      ),
    },
  ],
  *check({ containers, repository }): Generator<Draft> {
    for (const { start, development } of containers) {
      if (development) continue;
      for (const { kind, what, file, line, conditional } of heavyWorkOf(start, repository)) {
        const doing = { install: 'is installed', build: 'is built', download: 'is downloaded' }[
          kind
        ];
        const message = `\`${what}\`: something ${doing} before the server listens${conditional ? ', on some starts' : ''}`;
        yield { file, line, message, severity: conditional ? 'warning' : 'error' };
      }
    }
  },
};
