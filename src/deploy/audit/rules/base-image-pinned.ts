import { assignmentsOf, substituted } from '../documents/dockerfile.ts';
import type { Draft, Rule } from '../finding.ts';

const after = 'USER 1000\nHEALTHCHECK CMD ["/app", "health"]\nCMD ["/app"]\n';

export const baseImagePinned: Rule = {
  id: 'base-image-pinned',
  family: 9,
  severity: 'warning',
  title: 'A base image that floats',
  why: 'Tomorrow’s build begins from another image than today’s: a new major version arrives in the middle of a hotfix.',
  fix: 'Name a version and, best, its digest: `FROM node:24-slim@sha256:…`; let a bot raise it.',
  references: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions'],
  bad: [
    { name: 'latest', files: { Dockerfile: `FROM node:latest\n${after}` } },
    { name: 'no tag at all', files: { Dockerfile: `FROM debian\n${after}` } },
    { name: 'by an ARG', files: { Dockerfile: `ARG TAG=latest\nFROM python:\${TAG}\n${after}` } },
  ],
  good: [
    { name: 'a digest', files: { Dockerfile: `FROM node:24-slim@sha256:0000\n${after}` } },
    { name: 'a version', files: { Dockerfile: `FROM node:24-slim AS base\nFROM base\n${after}` } },
    { name: 'scratch', files: { Dockerfile: `FROM scratch\n${after}` } },
  ],
  *check({ dockerfiles, projects }): Generator<Draft> {
    // An image that compose builds here is as fixed as its own Dockerfile.
    const built = new Set(
      projects.flatMap(({ services }) =>
        services.flatMap(({ build, image, name }) => (build ? [image?.name ?? name] : [])),
      ),
    );
    for (const [file, { globals, stages }] of dockerfiles) {
      const args = new Map<string, string>();
      for (const { name, value } of globals
        .filter(({ keyword }) => keyword === 'ARG')
        .flatMap(assignmentsOf))
        if (value !== undefined) args.set(name, substituted(value, args));
      const names = new Set<string>();
      for (const { base, line, name } of stages) {
        const image = substituted(base, args);
        const isStage = names.has(image.toLowerCase());
        if (name) names.add(name.toLowerCase());
        if (
          isStage ||
          built.has(image) ||
          image === 'scratch' ||
          image.includes('@') ||
          image.includes('$')
        )
          continue;
        const tag = /:([^/:]+)$/.exec(image)?.[1];
        // These have no versioned tags for everybody; latest is all that can be named.
        if (/^(cgr\.dev|gcr\.io\/distroless)\//.test(image)) continue;
        if (tag === undefined)
          yield {
            file,
            line,
            message: `${image} has no tag, and so is whatever was published last`,
          };
        else if (
          /^(latest|edge|nightly|rolling|lts|current|stable|mainline|main|master)$/.test(tag)
        )
          yield { file, line, message: `${image} floats` };
      }
    }
  },
};
