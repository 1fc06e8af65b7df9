import { posix } from 'node:path';
import type { ComposeProject, ComposeService } from '../documents/compose.ts';
import { type Dockerfile, parseDockerfile } from '../documents/dockerfile.ts';
import type { Repository } from '../repository/repository.ts';
import { type Account, type Image, imageOf, startOfWords } from './image.ts';
import { type StartPath, startPath } from './steps-before-listen.ts';

/** An image as it is run: by a compose service, or by itself. */
export interface Container {
  readonly image?: Image;
  readonly service?: ComposeService;
  readonly project?: ComposeProject;
  /** The user at run time, and where that is said. */
  readonly user?: { readonly name: string; readonly file: string; readonly line: number };
  readonly start: StartPath;
  /** Source code is mounted over the image, or the file says that it is for development. */
  readonly development: boolean;
}

interface Sources {
  readonly dockerfiles: ReadonlyMap<string, Dockerfile>;
  readonly images: ReadonlyMap<string, Image>;
  readonly projects: readonly ComposeProject[];
  readonly repository: Repository;
}

export function containersOf(sources: Sources): Container[] {
  const { images, projects, repository } = sources;
  const composed = projects.flatMap((project) =>
    project.services.map((service) => container(service, { project, sources })),
  );
  const alone = [...images.values()].map((image): Container => {
    const context = contextOf(image, projects);
    return {
      image,
      user: userOf(image),
      start: startPath({ ...image, context }, repository),
      development: isDevelopmentName(image.file),
    };
  });
  return [...composed, ...alone];
}

function container(
  service: ComposeService,
  { project, sources }: { project: ComposeProject; sources: Sources },
): Container {
  const image = imageFor(service, sources) ?? publishedImage(service, sources);
  const { repository } = sources;
  const own = service.user;
  const words = (list: readonly string[] | undefined) =>
    list ? startOfWords(list, service.commandLine) : undefined;
  const entrypoint = words(service.entrypoint);
  const command = words(service.command);
  const plan = {
    file: image && !command && !entrypoint ? image.file : service.file,
    entrypoint: entrypoint ?? image?.entrypoint,
    command: command ?? (entrypoint ? undefined : image?.command),
    copied: image?.copied ?? [],
    workdir: service.workingDir ?? image?.workdir ?? '/',
    context:
      service.build?.context ?? (image ? posix.dirname(image.file) : posix.dirname(service.file)),
  };
  return {
    image,
    service,
    project,
    user: own ? { ...own, name: own.name.split(':')[0]! } : image ? userOf(image) : undefined,
    start: startPath(plan, repository),
    development: isDevelopment(service, project),
  };
}

function imageFor(service: ComposeService, sources: Sources): Image | undefined {
  const { build } = service;
  if (!build || /:\/\/|^git@/.test(build.context)) return undefined;
  if (build.inline !== undefined) {
    const inline = parseDockerfile(build.inline);
    return inline ? imageOf(service.file, inline, build) : undefined;
  }
  const path = posix.normalize(posix.join(build.context, build.dockerfile ?? 'Dockerfile'));
  const dockerfile = sources.dockerfiles.get(path);
  return dockerfile ? imageOf(path, dockerfile, build) : undefined;
}

/** A service that names an image only, in a repository with one Dockerfile whose image it must be. */
function publishedImage(
  service: ComposeService,
  { images, repository }: Sources,
): Image | undefined {
  const name = service.image?.name.replace(/[@:][^/]*$/, '');
  if (service.build || !name || images.size === 0) return undefined;
  const own =
    /^(ghcr\.io|registry\.[\w.-]+|[\w.-]+\.dkr\.ecr\.[\w.-]+|[\w-]+-docker\.pkg\.dev|gcr\.io|quay\.io)\//.test(
      name,
    ) || name.startsWith('$');
  if (!own) return undefined;
  const last = posix.basename(name).toLowerCase();
  const candidates = [...images.values()].filter(({ file }) => {
    const folder = posix.basename(posix.dirname(file)).toLowerCase();
    return folder === last || posix.basename(file).toLowerCase().endsWith(`.${last}`);
  });
  if (candidates.length === 1) return candidates[0];
  const named = repository.files.includes('Dockerfile') && images.get('Dockerfile');
  const foreign = /\/(library|bitnami|prometheus|grafana|open-telemetry|dexidp|kamal)\b/.test(name);
  return images.size === 1 && named && !foreign ? named : undefined;
}

function userOf({ user, file }: Image): Container['user'] {
  return user ? { name: user.name, line: user.line, file } : undefined;
}

/** The folder that compose builds this Dockerfile from, else the one whose files it copies. */
function contextOf(image: Image, projects: readonly ComposeProject[]): string {
  for (const { services } of projects)
    for (const { build } of services) {
      if (!build || build.inline !== undefined) continue;
      const path = posix.normalize(posix.join(build.context, build.dockerfile ?? 'Dockerfile'));
      if (path === image.file) return build.context;
    }
  return posix.dirname(image.file);
}

const developmentWord =
  /(^|[/._-])(dev|devel|development|local|test|tests|testing|ci|debug|e2e|override)([/._-]|$)/i;

export function isDevelopmentName(path: string): boolean {
  return developmentWord.test(path);
}

function isDevelopment(service: ComposeService, project: ComposeProject): boolean {
  const says = [
    project.files.at(-1)!,
    service.build?.target ?? '',
    service.build?.dockerfile ?? '',
  ];
  if (says.some(isDevelopmentName)) return true;
  return service.mounts.some(
    ({ kind, source = '', readOnly, target }) =>
      kind === 'bind' &&
      !readOnly &&
      /^(\.|\.\.|\.\/|\$\{?PWD\}?|\.\/(src|app|web|api|backend|frontend)\/?)$/.test(source) &&
      target !== '/data',
  );
}

/** Account of a user name or number; root's when none is said. */
export function accountOf(image: Image | undefined, user: string): Account | undefined {
  if (isRoot(user)) return { name: 'root', home: '/root' };
  return image?.accounts.findLast(({ name, uid }) => name === user || uid === user);
}

export function isRoot(user: string): boolean {
  return user === 'root' || user === '0' || user === '';
}
