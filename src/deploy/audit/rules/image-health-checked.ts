import type { Draft, Rule } from '../finding.ts';

const docker = 'FROM node:24-slim\nUSER node\nEXPOSE 3000\nCMD ["node", "server.js"]\n';

export const imageHealthChecked: Rule = {
  id: 'image-health-checked',
  family: 9,
  severity: 'note',
  title: 'A server that nobody asks whether it is well',
  why: 'The process is there, the program hangs: nothing restarts it, and a switch sends requests to it before it is ready.',
  fix: 'Add HEALTHCHECK to the Dockerfile, or `healthcheck:` to the service.',
  references: ['https://docs.docker.com/reference/dockerfile/#healthcheck'],
  bad: [
    {
      name: 'neither in the image nor in compose',
      files: { Dockerfile: docker, 'compose.yaml': 'services:\n  web:\n    build: .\n' },
    },
    {
      name: 'switched off',
      files: {
        Dockerfile: docker,
        'compose.yaml': 'services:\n  web:\n    build: .\n    healthcheck:\n      disable: true\n',
      },
    },
  ],
  good: [
    {
      name: 'in the image',
      files: {
        Dockerfile: docker.replace('CMD', 'HEALTHCHECK CMD ["node", "health.js"]\nCMD'),
        'compose.yaml': 'services:\n  web:\n    build: .\n',
      },
    },
    {
      name: 'in compose',
      files: {
        Dockerfile: docker,
        'compose.yaml':
          'services:\n  web:\n    build: .\n    healthcheck:\n      test: [CMD, node, health.js]\n',
      },
    },
    {
      name: 'probes of Kubernetes',
      files: {
        Dockerfile: docker,
        'k8s/web.yaml': 'kind: Deployment\nspec:\n  livenessProbe: {}\n',
      },
    },
  ],
  *check({ images, containers, projects, repository }): Generator<Draft> {
    const elsewhere = repository.files.some((file) =>
      /(^|\/)(k8s|kubernetes|helm|charts?|manifests|kustomize|fly\.toml|render\.yaml|app\.yaml|ecs|nomad|deploy\.yml|terraform)(\/|$)/.test(
        file,
      ),
    );
    if (elsewhere) return;
    for (const image of images.values()) {
      if (image.healthcheck || !image.exposes || !(image.command || image.entrypoint)) continue;
      const services = containers.filter(
        ({ service, image: own, development }) =>
          service && own?.file === image.file && !development,
      );
      if (services.some(({ service }) => service!.healthcheck && !service!.healthcheck.disabled))
        continue;
      if (services.length === 0 && projects.length > 0) continue;
      yield {
        file: image.file,
        line: (image.command ?? image.entrypoint)!.line,
        message: 'the image serves a port, and neither it nor a service of it has a health check',
      };
    }
  },
};
