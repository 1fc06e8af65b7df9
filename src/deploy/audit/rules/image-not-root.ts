import { isRoot } from '../facts/containers.ts';
import type { Draft, Rule } from '../finding.ts';

export const imageNotRoot: Rule = {
  id: 'image-not-root',
  family: 9,
  severity: 'warning',
  title: 'The image runs as root',
  why: 'A hole in the program is then a hole in the container’s whole file system and, with a mount or a kernel bug, in the host.',
  fix: 'Create a user, give it what it must write, and end the Dockerfile with USER.',
  references: ['https://docs.docker.com/build/building/best-practices/#user'],
  bad: [
    {
      name: 'never changed',
      files: { Dockerfile: 'FROM python:3.13-slim\nCMD ["gunicorn", "site.wsgi"]\n' },
    },
    {
      name: 'changed back',
      files: { Dockerfile: 'FROM node:24-slim\nUSER node\nUSER root\nCMD ["node", "server.js"]\n' },
    },
  ],
  good: [
    {
      name: 'a user of its own',
      files: {
        Dockerfile:
          'FROM python:3.13-slim\nRUN useradd app\nUSER app\nCMD ["gunicorn", "site.wsgi"]\n',
      },
    },
    {
      name: 'the entrypoint gives its rights away',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\n',
        'entry.sh': '#!/bin/sh\nset -e\nexec gosu app "$@"\n',
      },
    },
    {
      name: 'a base that does so',
      files: { Dockerfile: 'FROM nginx:1.29\nCOPY site /usr/share/nginx/html\n' },
    },
  ],
  *check({ containers, images, projects }): Generator<Draft> {
    for (const image of images.values()) {
      // What builds a package is thrown away after it.
      if (/(^|\/)(packaging|builder|ci)\//.test(image.file)) continue;
      const { user, file, chain, entrypoint, command, base, runs } = image;
      const composed = projects
        .flatMap(({ services }) => services)
        .filter(
          ({ build }) =>
            build &&
            `${build.context}/${build.dockerfile ?? 'Dockerfile'}`.replace(/^\.\//, '') === file,
        );
      if (composed.length > 0 && composed.every(({ user: own }) => own && !isRoot(own.name)))
        continue;
      if (
        !user ||
        base.dropsRights ||
        !isRoot(user.name.split(':')[0]!) ||
        !(entrypoint || command)
      )
        continue;
      const start = containers.find((each) => each.image === image && !each.service)?.start;
      const all = [...(start?.steps ?? []), ...(start?.server ? [start.server] : [])];
      const gives =
        /^(gosu|su-exec|su|runuser|setpriv|s6-setuidgid|setuidgid|chpst|sudo|supervisord|s6-svscan)$/;
      if (
        all.some(
          ({ command: each }) => gives.test(each.name) || each.via.some((via) => gives.test(via)),
        )
      )
        continue;
      if (
        start?.files.some(({ script }) =>
          script?.commands.some(
            ({ name, via }) => gives.test(name) || via.some((v) => gives.test(v)),
          ),
        )
      )
        continue;
      if (
        runs.some(({ text }) => /\b(gosu|su-exec|s6-overlay|supervisor)\b/.test(text)) ||
        /\/init\b/.test(entrypoint?.words.join(' ') ?? '')
      )
        continue;
      const line = user.stated ? user.line : chain[0]!.line;
      yield {
        file,
        line,
        message: user.stated
          ? 'USER is root at the end'
          : `nothing changes the user of ${image.baseName}, which is root`,
      };
    }
  },
};
