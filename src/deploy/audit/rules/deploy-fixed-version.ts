import { posix } from 'node:path';
import type { DeployJob, PlacedCommand } from '../facts/deploy-jobs.ts';
import { isComposeUp } from '../facts/deploying.ts';
import type { Facts } from '../facts/facts.ts';
import type { Draft, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

export const deployFixedVersion: Rule = {
  id: 'deploy-fixed-version',
  family: 6,
  severity: 'error',
  title: 'A deploy of a floating tag',
  why: 'What `latest` is changes between test and deploy, between two hosts, and before a roll back; nobody can say what runs.',
  fix: 'Deploy the digest that was tested (`image@sha256:…`), or at least the tag of this commit.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  ],
  bad: [
    {
      name: 'pulled on the host',
      files: deployExample(
        '      - run: ssh deploy@shop.example "docker pull ghcr.io/shop/web:latest && docker compose up -d --wait"',
      ),
    },
    {
      name: 'set in Kubernetes',
      files: deployExample(
        '      - run: kubectl set image deployment/web web=ghcr.io/shop/web:main',
      ),
    },
    {
      name: 'by the compose file that is brought up',
      files: {
        ...deployExample(
          '      - run: ssh deploy@shop.example docker compose pull web && docker compose -f compose.prod.yaml up -d',
        ),
        'compose.prod.yaml': 'services:\n  web:\n    image: ghcr.io/shop/web:latest\n',
      },
    },
  ],
  good: [
    {
      name: 'a digest',
      files: deployExample(
        '      - run: kubectl set image deployment/web web=ghcr.io/shop/web@${{ needs.build.outputs.digest }}',
      ),
    },
    {
      name: 'a tag given by the workflow',
      files: {
        ...deployExample(
          '      - run: docker --context shop compose -f compose.prod.yaml up -d --wait',
        ),
        'compose.prod.yaml': 'services:\n  web:\n    image: ghcr.io/shop/web:${TAG:?}\n',
      },
    },
  ],
  *check(facts): Generator<Draft> {
    for (const job of facts.deployJobs) {
      if (job.acts.length === 0) continue;
      const own = job.steps.flatMap(({ commands }) => commands);
      for (const placed of [...own, ...ofScripts(job, facts)]) yield* inCommand(placed);
      yield* inCompose(job, facts);
    }
  },
};

/** Commands of the repository's scripts that the job deploys by. */
function ofScripts({ acts }: DeployJob, { scripts }: Facts): PlacedCommand[] {
  return acts.flatMap(({ command }) => {
    const word = command?.words.find((each) => /\//.test(each) || /\.sh$/.test(each)) ?? '';
    const file = posix.normalize(word);
    return (scripts.get(file)?.commands ?? []).map((inner) => ({
      file,
      command: inner,
      remote: inner.via.includes('ssh'),
    }));
  });
}

const floating =
  /^((?:[\w.-]+(?::\d+)?\/)?[\w./${}() -]*[\w})]):(latest|main|master|develop|dev|stable|edge|production|prod|staging|nightly)$/;

/** The image of a word such as `web=registry/web:latest`. */
function floatingImage(word: string): string | undefined {
  const image = word.replace(/^[\w-]+=(?=\S)/, '').replace(/^--?[\w-]+=/, '');
  return floating.test(image) && !image.includes('://') ? image : undefined;
}

function* inCommand({ file, command }: PlacedCommand): Generator<Draft> {
  const { name, words } = command;
  const text = words.slice(1).join(' ');
  const deploys =
    (/^(docker|podman)$/.test(name) &&
      /^(pull|run|service (update|create)|container run)\b/.test(text)) ||
    (name === 'kubectl' && /\bset image\b/.test(text)) ||
    (name === 'helm' && /\b(upgrade|install)\b/.test(text)) ||
    (/^(gcloud|az|aws|fly|flyctl)$/.test(name) && /deploy|update|--image/.test(text));
  if (
    /^(deploy|rollout|roll-out|release|switch)[\w.-]*$/.test(name) &&
    /(^|\s)(latest|main|master)(\s|$)/.test(text)
  ) {
    yield {
      file,
      line: command.line,
      message: `\`${command.text}\` does not say which version is deployed`,
    };
    return;
  }
  if (!deploys) return;
  const set =
    name === 'helm'
      ? words.find((word) => /(^|\.|,)tag=(latest|main|master|stable|develop)$/.test(word))
      : undefined;
  const image = set ?? words.slice(1).map(floatingImage).find(Boolean);
  const own =
    image !== undefined && (set !== undefined || image.includes('/') || image.includes('$'));
  // A tool that is run once beside the deploy is not what is deployed.
  if (!own || words.includes('--rm')) return;
  yield {
    file,
    line: command.line,
    endLine: command.endLine,
    message: `\`${image}\` floats: it is not said which version is deployed`,
  };
}

/** The compose file that the deploy brings up, where it lies in the repository. */
function* inCompose({ steps }: DeployJob, { projects, repository }: Facts): Generator<Draft> {
  for (const { file, command } of steps.flatMap(({ commands }) => commands)) {
    if (!isComposeUp(command)) continue;
    const { words } = command;
    const named = words
      .filter((_, i) => words[i - 1] === '-f' || words[i - 1] === '--file')
      .map((path) => path.replace(/^\.\//, ''));
    const project = projects.find(({ files }) =>
      named.length > 0
        ? named.includes(files.at(-1)!)
        : /^(docker-)?compose\.ya?ml$/.test(files[0]!) && files.length === 1,
    );
    for (const { image, build } of project?.services ?? []) {
      if (!image || build || !floatingImage(image.name) || !image.name.includes('/')) continue;
      if (!/^(ghcr\.io|[\w.-]+\.[a-z]{2,}(:\d+)?|\$)/.test(image.name)) continue;
      if (isGiven(image, { file, repository })) continue;
      const message = `\`${image.name}\` floats, and ${file} brings it up`;
      yield {
        file: image.file,
        line: image.line,
        message,
        related: [{ file, line: command.line, message: 'is brought up here' }],
      };
    }
  }
}

/** `${TAG:-latest}` floats only where nobody says TAG. */
function isGiven(
  image: { file: string; line: number },
  { file, repository }: { file: string; repository: Facts['repository'] },
): boolean {
  const line = repository.lines(image.file)[image.line - 1] ?? '';
  const names = [...line.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name!);
  const text = repository.text(file) ?? '';
  return names.some((name) => new RegExp(`\\b${name}\\s*[:=]`).test(text));
}
