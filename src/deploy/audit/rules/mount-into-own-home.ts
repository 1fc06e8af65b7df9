import { posix } from 'node:path';
import type { ComposeMount } from '../documents/compose.ts';
import { accountOf, type Container, isRoot } from '../facts/containers.ts';
import type { Draft, Related, Rule } from '../finding.ts';

const dockerfile = `FROM python:3.13-slim@sha256:0000
RUN useradd --create-home app
USER app
CMD ["gunicorn", "site.wsgi"]
`;
const compose = (target: string) => `services:
  web:
    build: .
    volumes:
      - models:${target}
volumes:
  models:
`;

export const mountIntoOwnHome: Rule = {
  id: 'mount-into-own-home',
  family: 2,
  severity: 'error',
  title: 'A volume is mounted into a home that is not the run-time user’s',
  why: 'The program looks for its files in its own home, so the volume stays empty and everything is fetched again after each start; into /root it may not even look.',
  fix: 'Mount the volume below the home of the user that the container runs as.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#user',
    'https://docs.docker.com/engine/storage/volumes/',
  ],
  bad: [
    {
      name: 'into root’s home, run as another',
      files: { Dockerfile: dockerfile, 'compose.yaml': compose('/root/.cache/huggingface') },
    },
    {
      name: 'into the home of nobody there is',
      files: { Dockerfile: dockerfile, 'compose.yaml': compose('/home/django/.cache') },
    },
    {
      name: 'the user is said by compose',
      files: {
        Dockerfile: 'FROM node:24-slim@sha256:0000\nCMD ["node", "server.js"]\n',
        'compose.yaml':
          'services:\n  web:\n    build: .\n    user: node\n    volumes:\n      - cache:/root/.npm\nvolumes:\n  cache:\n',
      },
    },
  ],
  good: [
    {
      name: 'into the user’s own home',
      files: { Dockerfile: dockerfile, 'compose.yaml': compose('/home/app/.cache/huggingface') },
    },
    {
      name: 'root into root’s home',
      files: { Dockerfile: 'FROM python:3.13-slim\n', 'compose.yaml': compose('/root/.cache') },
    },
  ],
  *check({ containers }): Generator<Draft> {
    for (const container of containers) {
      const { service, user } = container;
      if (!service || !user || /[$]/.test(user.name)) continue;
      for (const mount of service.mounts) {
        const message = complaint(container, { mount, user: user.name });
        if (message)
          yield {
            file: mount.file,
            line: mount.line,
            message,
            fix: remedy(container, mount),
            related: related(container),
          };
      }
    }
  },
};

type Mounted = { mount: ComposeMount; user: string };

function complaint(container: Container, { mount, user }: Mounted): string | undefined {
  const home = /^(\/root|\/home\/[^/]+)(\/|$)/.exec(mount.target)?.[1];
  if (home === undefined || mount.target.includes('$')) return undefined;
  const account = accountOf(container.image, user);
  const own = account?.home ?? container.image?.environment.get('HOME');
  if (
    container.image?.environment.get('HOME') === home ||
    container.service?.environment.get('HOME') === home
  )
    return undefined;
  if (usesPath(container, mount.target)) return undefined;
  if (isRoot(user)) {
    if (home === '/root' || changesUser(container)) return undefined;
    const someone = container.image?.accounts.some((each) => each.home === home);
    const owned = container.image?.owned.some(({ path }) => path.startsWith(home));
    const isCache =
      /\/\.(cache|config|local|npm|cargo|m2|gradle|aws|ssh|u2net|ollama|huggingface)(\/|$)/.test(
        mount.target,
      );
    return someone || owned || !isCache || !container.image
      ? undefined
      : `${mount.target} is mounted, but the container runs as root, whose home is /root`;
  }
  if (isNumberOfAnother(container, { mount, user, home }))
    return `${mount.target} is in the home of another than ${user}, which the image does not know`;
  if (home === '/root')
    return `${mount.target} is in root’s home, but the container runs as ${user}${own ? `, whose home is ${own}` : ''}`;
  if (!own || own === home || mount.target.startsWith(`${own}/`) || !container.image)
    return undefined;
  const owned = container.image.owned.some(
    ({ path, owner }) => path.startsWith(home) && owner === user,
  );
  return owned
    ? undefined
    : `${mount.target} is in the home of another than ${user}, whose home is ${own}`;
}

/** The user is said as a number, and the home belongs to an account of another number. */
function isNumberOfAnother(
  { image }: Container,
  { mount, user, home }: Mounted & { home: string },
): boolean {
  if (!/^\d+$/.test(user) || mount.kind !== 'volume' || accountOf(image, user)) return false;
  const owner = image?.accounts.findLast((account) => account.home === home);
  const uid = owner?.uid ?? (owner?.name === 'node' ? '1000' : undefined);
  return uid !== undefined && uid !== user;
}

/** The path is told to the program, so that it is no mistake about whose home it is. */
function usesPath({ image, service, start }: Container, target: string): boolean {
  const folder = posix.normalize(target).replace(/\/$/, '');
  if (folder.startsWith('/root')) return false;
  const values = [
    ...(image?.environment.values() ?? []),
    ...(service?.environment.values() ?? []),
    ...(service?.command ?? []),
  ];
  return (
    values.some((value) => value.includes(folder)) ||
    start.steps.some(({ command }) => command.text.includes(folder))
  );
}

/** The entrypoint begins as root and gives its rights to another. */
function changesUser({ start, image }: Container): boolean {
  const steps = [...start.steps, ...(start.server ? [start.server] : [])];
  return (
    image?.base.dropsRights === true ||
    steps.some(
      ({ command }) =>
        /^(gosu|su-exec|su|runuser|setpriv|setuidgid|s6-setuidgid|chpst)$/.test(command.name) ||
        command.via.some((v) => /^(gosu|su-exec|su|setpriv)$/.test(v)),
    )
  );
}

function remedy({ image, user }: Container, { target }: ComposeMount): string {
  const home = user && accountOf(image, user.name)?.home;
  const rest = target.replace(/^(\/root|\/home\/[^/]+)/, '');
  return home
    ? `Mount it at ${home}${rest}, and create that folder for the user in the image.`
    : mountIntoOwnHome.fix;
}

/** The other halves of the fault: who the user is, and what is written there at start. */
function related({ user, start }: Container): Related[] {
  const writes = start.steps
    .filter(({ command }) => /\.cache|HF_HOME|huggingface|XDG_CACHE/.test(command.text))
    .slice(0, 2);
  return [
    ...(user ? [{ file: user.file, line: user.line, message: `the user is ${user.name}` }] : []),
    ...writes.map(({ file, command }) => ({
      file,
      line: command.line,
      message: 'is written at start',
    })),
  ];
}
