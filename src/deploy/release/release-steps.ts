import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import type { ReleaseOptions, ReleaseWork } from './release.ts';
import { smokeImage } from './smoke-image.ts';

/** One step of a release; gives what it came to, in a few words. */
export interface ReleaseStep {
  readonly name: string;
  readonly wanted: (options: ReleaseOptions) => boolean;
  readonly run: (work: ReleaseWork) => Promise<string>;
}

const always = () => true;
const BUILD_SECONDS = 1_800;
const PUSH_SECONDS = 1_200;

export const releaseSteps: readonly ReleaseStep[] = [
  {
    name: 'files',
    wanted: always,
    run: async ({ run, source, context }) => {
      const archive = `${context}.tar`;
      const git = ['git', '-C', source.folder, 'archive', '--output', archive, source.tag];
      await run(git, { doing: 'reading the tagged files' });
      await run(['tar', '-x', '-f', archive, '-C', context], { doing: 'unpacking them' });
      await run(['rm', archive], { doing: 'tidying up' });
      return `of ${source.tag}`;
    },
  },
  {
    name: 'build',
    wanted: always,
    run: async ({ run, options, image, revision, context }) => {
      const stated = { REVISION: revision, ...(options.base && { BASE_IMAGE: options.base }) };
      const words = Object.entries(stated).flatMap((pair) => ['--build-arg', pair.join('=')]);
      const build = ['docker', 'build', '--quiet', '--tag', image, ...words, context];
      await run(build, { doing: 'building the image', timeoutSeconds: BUILD_SECONDS });
      return image;
    },
  },
  { name: 'labels', wanted: ({ dryRun }) => !dryRun, run: readLabels },
  { name: 'sbom', wanted: always, run: writeBill },
  {
    name: 'smoke',
    wanted: ({ smoke }) => smoke,
    run: async (work) => {
      if (work.options.dryRun) return 'would be run and used';
      work.smoke = await smokeImage(work);
      const failed = work.smoke.checks.filter(({ state }) => state === 'failed');
      if (failed.length > 0)
        throw new Refusal('release_failed', {
          where: `smoke test of ${work.image}`,
          found: failed.map(({ name, note }) => `${name}: ${note}`),
        });
      return `${work.smoke.checks.length} checks passed`;
    },
  },
  { name: 'push', wanted: ({ push }) => push, run: pushImage },
];

/** What a deploy decides by must be in the image, and be what the tag says. */
async function readLabels(work: ReleaseWork): Promise<string> {
  const { run, image, source, revision } = work;
  const { stdout } = await run(['docker', 'image', 'inspect', image], { doing: 'reading labels' });
  const [inspected] = JSON.parse(stdout) as { Config?: { Labels?: Record<string, string> } }[];
  const labels = inspected?.Config?.Labels ?? {};
  const wanted = {
    'org.opencontainers.image.version': source.version,
    'org.opencontainers.image.revision': revision,
  };
  for (const [name, value] of Object.entries(wanted))
    if (labels[name] !== value)
      throw new Refusal('release_failed', {
        where: `label ${name} of ${image}`,
        found: labels[name] ?? 'none',
        wanted: value,
      });
  for (const name of ['org.parstock.schema', 'org.parstock.min-reader'])
    if (!labels[name])
      throw new Refusal('release_failed', { where: image, found: `no label ${name}` });
  work.labels = labels;
  return `schema ${labels['org.parstock.schema']}`;
}

/** What is in the image, package by package, as CycloneDX: from the lockfile that it was built from. */
async function writeBill(work: ReleaseWork): Promise<string> {
  const { run, options, source, context } = work;
  const npm = ['npm', 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev'];
  const { stdout } = await run(npm, { doing: 'writing the bill of materials', cwd: context });
  const path = join(options.output, `parstock-${source.version}.cdx.json`);
  if (options.dryRun) return `would be written to ${path}`;
  const { components = [] } = JSON.parse(stdout) as { components?: unknown[] };
  mkdirSync(options.output, { recursive: true });
  writeFileSync(path, stdout);
  work.sbom = path;
  return `${components.length} packages: ${path}`;
}

/** As the user is signed in; the digest is what the registry took. */
async function pushImage(work: ReleaseWork): Promise<string> {
  const { run, image, options } = work;
  const push = ['docker', 'push', image];
  await run(push, { doing: 'pushing the image', timeoutSeconds: PUSH_SECONDS });
  if (options.dryRun) return 'would be pushed';
  const inspect = ['docker', 'image', 'inspect', '--format', '{{json .RepoDigests}}', image];
  const { stdout } = await run(inspect, { doing: 'reading the digest' });
  const known = JSON.parse(stdout) as string[];
  const mine = known.find((digest) => digest.startsWith(`${options.repository}@`));
  if (!mine)
    throw new Refusal('release_failed', { where: image, found: 'no digest after the push' });
  work.digest = mine.slice(mine.indexOf('@') + 1);
  return work.digest;
}
