import type { ComposeMount } from '../documents/compose.ts';
import type { ShellCommand } from '../documents/shell.ts';
import { accountOf, type Container, isRoot } from '../facts/containers.ts';
import type { Image } from '../facts/image.ts';
import type { Draft, Rule } from '../finding.ts';

const dockerfile = (more: string) => `FROM python:3.13-slim
RUN useradd --create-home app
${more}USER app
CMD ["gunicorn", "site.wsgi"]
`;
const compose = (volume: string) =>
  `services:\n  web:\n    build: .\n    volumes:\n      - ${volume}\nvolumes:\n  media:\n`;

export const mountWritable: Rule = {
  id: 'mount-writable',
  family: 2,
  severity: 'error',
  title: 'A volume is mounted where the run-time user cannot write',
  why: 'A new named volume takes its owner from the folder in the image; where there is none, it belongs to root, and the first write fails with permission denied.',
  fix: 'Create the folder in the image and give it to the user, before USER: `RUN install -d -o app /data`.',
  references: [
    'https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container',
  ],
  bad: [
    {
      name: 'a folder that the image does not have',
      files: { Dockerfile: dockerfile(''), 'compose.yaml': compose('media:/srv/media') },
    },
    {
      name: 'a folder that is root’s',
      files: {
        Dockerfile: dockerfile('RUN mkdir -p /srv/media\n'),
        'compose.yaml': compose('media:/srv/media'),
      },
    },
  ],
  good: [
    {
      name: 'given to the user',
      files: {
        Dockerfile: dockerfile('RUN mkdir -p /srv/media && chown -R app:app /srv\n'),
        'compose.yaml': compose('media:/srv/media'),
      },
    },
    {
      name: 'read only',
      files: { Dockerfile: dockerfile(''), 'compose.yaml': compose('media:/srv/media:ro') },
    },
  ],
  *check({ containers }): Generator<Draft> {
    for (const container of containers) {
      const { service, user, image } = container;
      if (!service || !user || !image || isRoot(user.name) || /\$/.test(user.name)) continue;
      // What the base image prepared for its own user is not in sight.
      if (!user.name || (image.user && !image.user.stated)) continue;
      for (const mount of service.mounts) {
        const why = complaint(container, { mount, user: user.name });
        if (!why) continue;
        const fix = `Add to ${image.file}, before USER: \`RUN install -d -o ${user.name} ${mount.target}\`.`;
        const related = [{ file: user.file, line: user.line, message: `the user is ${user.name}` }];
        yield { file: mount.file, line: mount.line, message: why, fix, related };
      }
    }
  },
};

function complaint(
  { image, project }: Container,
  { mount, user }: { mount: ComposeMount; user: string },
): string | undefined {
  const { kind, target, readOnly } = mount;
  if (kind !== 'volume' || readOnly || target.includes('$') || !image || !project) return undefined;
  if (/^(\/root|\/home)\//.test(target) || /node_modules|\.venv|\/tmp\b|\.sock$/.test(target))
    return undefined;
  const account = accountOf(image, user);
  if (account && (target === account.home || target.startsWith(`${account.home}/`)))
    return undefined;
  const names = new Set([user, account?.name, account?.uid, 'nobody'].filter(Boolean));
  const covering = image.owned.filter(
    ({ path }) => target === path || target.startsWith(path === '/' ? '/' : `${path}/`),
  );
  if (
    covering.some(
      ({ path, everyone, owner }) =>
        everyone ||
        ((path === target || path !== '/') &&
          (names.has(owner) || owner.includes('$') || /^\d+$/.test(owner))),
    )
  )
    return undefined;
  // An own script may give it away in a manner that is not followed here.
  if (image.runs.some((command) => command.text.includes(target) && mayGiveAway(command)))
    return undefined;
  if (
    image.runs.some(
      ({ name, words }) => /^(chown|chmod|install)$/.test(name) && /[$*]/.test(words.join(' ')),
    )
  )
    return undefined;
  const made = image.owned.some(({ path }) => path === target) || madeByRoot(image, target);
  const known =
    /^(\/var\/lib|\/data$|\/usr\/share|\/opt\/)/.test(target) && image.base.user === undefined;
  if (known && !made) return undefined;
  return made
    ? `the volume ${mount.source} is mounted at ${target}, which belongs to root, and the container runs as ${user}`
    : `the volume ${mount.source} is mounted at ${target}, which the image does not have: it will belong to root, and the container runs as ${user}`;
}

function mayGiveAway({ name, words, text }: ShellCommand): boolean {
  if (name !== 'install') return /chown|chmod|install|setfacl/.test(text);
  return words.some((word) => /^-[a-z]*[omg]|^--(owner|mode|group)/.test(word));
}

/** `install -d` without an owner: the folder is whose the build is. */
function madeByRoot({ runs }: Image, target: string): boolean {
  return runs.some(
    (command) =>
      command.name === 'install' && command.words.includes(target) && !mayGiveAway(command),
  );
}
