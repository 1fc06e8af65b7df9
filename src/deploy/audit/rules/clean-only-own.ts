import type { ShellCommand } from '../documents/shell.ts';
import { allCommands } from '../facts/all-commands.ts';
import type { Draft, Rule } from '../finding.ts';
import { deployExample } from './deploy-example.ts';

const script = (line: string) => ({ 'scripts/clean.sh': `#!/bin/sh\nset -eu\n${line}\n` });

export const cleanOnlyOwn: Rule = {
  id: 'clean-only-own',
  family: 7,
  severity: 'error',
  title: 'A cleaning that takes what is not its own',
  why: 'It removes the images that a roll back needs, the stopped containers and volumes of other applications, and the caches of everybody on the host.',
  fix: 'Remove by name or by a label of your own (`docker image prune --filter label=…`), and keep the last versions.',
  references: [
    'https://docs.docker.com/reference/cli/docker/system/prune/',
    'https://docs.docker.com/engine/manage-resources/pruning/',
  ],
  bad: [
    { name: 'everything that is unused', files: script('docker system prune -af --volumes') },
    {
      name: 'on the host of a deploy',
      files: deployExample(
        '      - run: ssh deploy@shop.example "docker compose up -d && docker image prune -a -f"',
      ),
    },
    { name: 'all images', files: script('docker rmi -f $(docker images -q)') },
    { name: 'all containers, by a pipe', files: script('docker ps -aq | xargs docker rm -f') },
    { name: 'all volumes', files: script('docker volume prune --all --force') },
    { name: 'a cache of everybody', files: script('rm -rf ~/.cache /var/lib/docker/overlay2/*') },
  ],
  good: [
    {
      name: 'by a label',
      files: script('docker image prune -af --filter "label=app=shop" --filter until=720h'),
    },
    { name: 'layers without a name', files: script('docker image prune -f') },
    {
      name: 'on a runner that is thrown away',
      files: {
        '.github/workflows/ci.yml':
          'on: push\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: docker system prune -af\n',
      },
    },
    { name: 'a folder of its own', files: script('rm -rf ~/.cache/shop ./node_modules') },
  ],
  *check(facts): Generator<Draft> {
    let previous: ShellCommand | undefined;
    const lists = new Map<string, string>();
    for (const { file, command, lasting, source } of allCommands(facts)) {
      for (const { name, value } of command.assignments)
        if (/\b(docker|podman)\b/.test(value)) lists.set(`$${name}`, value);
      const feeder =
        command.via.includes('xargs') && previous?.pipe.id === command.pipe.id
          ? previous
          : undefined;
      if (command.name !== 'xargs') previous = command;
      const taken = lasting ? takes(command, { feeder: feeder?.text, lists }) : undefined;
      if (!taken) continue;
      const severity =
        taken.mild ||
        (source === 'script' && /(^|\/)(ci|\.github|hack|tests?|dev|tools?)\//.test(file))
          ? 'warning'
          : 'error';
      yield {
        file,
        line: command.line,
        endLine: command.endLine,
        severity,
        message: `\`${command.text.split('\n')[0]!.slice(0, 90)}\` takes ${taken.what}`,
      };
    }
  },
};

interface Taken {
  readonly what: string;
  readonly mild?: boolean;
}

function takes(
  command: ShellCommand,
  { feeder, lists }: { feeder?: string | undefined; lists: ReadonlyMap<string, string> },
): Taken | undefined {
  const { name, words, text } = command;
  const line = words.slice(1).join(' ');
  if (/^(docker|podman|nerdctl)$/.test(name)) {
    const variable = words.find((word) => lists.has(word));
    const list = feeder ? `$(${feeder})` : variable ? lists.get(variable)! : text;
    return dockerTakes({ line, text: list });
  }
  if (name === 'crictl' && /^rmi\b.*--prune/.test(line))
    return { what: 'every image that no container uses' };
  return name === 'rm' ? removes(words) : undefined;
}

function dockerTakes({ line, text }: { line: string; text: string }): Taken | undefined {
  if (/--filter[ =]"?(label|reference|name|dangling|before|since)|--help/.test(line))
    return undefined;
  const all = /(^|\s)(-[a-z]*a[a-z]*|--all)(\s|$)/.test(line);
  const old = /--filter[ =]"?until/.test(line);
  if (/^system prune\b/.test(line))
    return {
      what:
        all || /--volumes/.test(line)
          ? 'images, containers and networks of others'
          : 'every stopped container and unused network, others’ too',
      mild: !(all || /--volumes/.test(line)) || old,
    };
  if (/^image prune\b/.test(line))
    return all
      ? { what: 'every image that runs nowhere, those for a roll back too', mild: old }
      : undefined;
  if (/^volume prune\b/.test(line)) return { what: 'volumes of others', mild: !all };
  if (/^(builder|buildx) prune\b/.test(line))
    return all ? { what: 'everybody’s build cache', mild: true } : undefined;
  if (/^container prune\b/.test(line)) return { what: 'stopped containers of others', mild: true };
  if (/^(rmi|image rm|rm|container rm|stop|kill|volume rm)\b/.test(line)) return listed(text);
  return undefined;
}

/** `docker rm $(docker ps -aq)`; with a filter, a name or a grep the list is a chosen one. */
function listed(text: string): Taken | undefined {
  const list = /\$\(([^)]*)\)|`([^`]*)`/.exec(text);
  const inner = list?.[1] ?? list?.[2];
  const isAll =
    inner !== undefined &&
    /^\s*(docker|podman)\s+(images|image ls|ps|container ls|volume ls)\b/.test(inner) &&
    !/filter|-f\s|grep|awk|label|\|/.test(inner) &&
    /-[a-z]*q|--quiet/.test(inner) &&
    !/(images|ls)\s+(-q\s+)?[\w./-]*[./]/.test(inner);
  if (!isAll) return undefined;
  return {
    what: /images|image ls/.test(inner)
      ? 'every image of the host'
      : /volume/.test(inner)
        ? 'every volume of the host'
        : 'every container of the host',
  };
}

const shared =
  /^(~|\$\{?HOME\}?|\/root|\/home\/[^/]+)\/\.(cache|npm|m2|gradle|cargo|docker|local)(\/(pip|uv|huggingface|yarn|pnpm|go-build))?(\/\*?)?$|^\/var\/lib\/(docker|containerd)(\/.*)?$|^\/var\/cache\/?\*?$|^\/tmp\/?\*$|^\/var\/log\/?\*$|^\/\*?$/;

function removes(words: readonly string[]): Taken | undefined {
  if (!words.some((word) => /^-[a-zA-Z]*[rR]/.test(word) || word === '--recursive'))
    return undefined;
  const path = words.slice(1).find((word) => shared.test(word));
  return path
    ? { what: `${path}, which is everybody’s`, mild: /^\/(tmp|var\/(cache|log))/.test(path) }
    : undefined;
}
