import { describe, expect, test } from 'vitest';
import { startCopyHelper } from './copy-volume.ts';
import { createServer, environmentFile, pullImage, runProxy, signIn } from './docker.ts';
import { readContainers, readEngine, readImage, readNames } from './docker-output.ts';
import { guarded, takeLease } from './folder.ts';
import { pauseRoute, readRoutes, routeTo } from './proxy.ts';

const spec = {
  name: 'parstock-stage-1',
  image: 'example.com/parstock@sha256:ab',
  network: 'parstock',
  labels: { 'org.parstock.service': 'parstock-stage' },
  mounts: [{ from: 'parstock-stage-data-1', to: '/data' }],
  stopSeconds: 30,
  port: 8080,
};

describe('commands of the engine', () => {
  test('a server runs hardened, its environment from standard input, its port on the loopback', () => {
    const words = createServer(spec).join(' ');
    expect(words).toContain('--env-file /dev/stdin');
    expect(words).toContain('--publish 127.0.0.1:0:8080');
    expect(words).toContain('--read-only --tmpfs /tmp --cap-drop ALL');
    expect(words).toContain('--security-opt no-new-privileges');
    expect(words).toContain('--volume parstock-stage-data-1:/data');
    expect(words).not.toMatch(/--env[ =]|-e /);
    expect(createServer(spec).at(-1)).toBe(spec.image);
  });

  test('an environment file has one line for each setting', () => {
    expect(
      environmentFile(
        new Map([
          ['A', 'x y'],
          ['B', 'p=q'],
        ]),
      ),
    ).toBe('A=x y\nB=p=q\n');
  });

  test('a password is read from standard input, into a folder of ours', () => {
    const words = signIn({ registry: 'ghcr.io', username: 'deploy', configFolder: 'f' });
    expect(words).toEqual([
      ...['docker', '--config', 'f', 'login', '--username', 'deploy'],
      ...['--password-stdin', 'ghcr.io'],
    ]);
    expect(pullImage('a@b', 'f')).toEqual(['docker', '--config', 'f', 'pull', '--quiet', 'a@b']);
  });

  test('a copy only reads the old volume', () => {
    const words = startCopyHelper({ image: 'i', from: 'old', to: 'new', name: 'n', labels: {} });
    expect(words).toContain('old:/from:ro');
    expect(words).toContain('new:/to');
    expect(words).toContain('none');
  });

  test('the proxy is published where deploy.yml says', () => {
    const words = runProxy({
      ...{ name: 'p', image: 'i', network: 'n', labels: {} },
      ...{ bind: '127.0.0.1', httpPort: 8081, httpsPort: 8443 },
    });
    expect(words).toContain('127.0.0.1:8081:80');
    expect(words).toContain('127.0.0.1:8443:443');
  });
});

describe('what the engine prints', () => {
  test('a container: what runs, which digest, which port and volumes', () => {
    const printed = [
      {
        Name: '/parstock-stage-1',
        RestartCount: 2,
        State: { Running: true, ExitCode: 0, StartedAt: '2026-11-23T17:00:00Z' },
        Config: {
          Image: 'i@sha256:ab',
          Labels: { 'org.parstock.deploy': 'd1', 'org.parstock.digest': 'sha256:ab' },
        },
        NetworkSettings: {
          Ports: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '49153' }], '9/tcp': null },
        },
        Mounts: [
          { Name: 'data-1', Source: '/var/lib/docker/volumes/data-1/_data', Destination: '/data' },
          { Source: '/srv/backups', Destination: '/backups' },
        ],
      },
    ];
    expect(readContainers(JSON.stringify(printed))).toMatchObject([
      {
        name: 'parstock-stage-1',
        running: true,
        restarts: 2,
        deployId: 'd1',
        port: 49153,
        volumes: { '/data': 'data-1', '/backups': '/srv/backups' },
      },
    ]);
    expect(readContainers('[]')).toEqual([]);
  });

  test('engines, images and names', () => {
    const engine = { Server: { Version: '20.10.24+dfsg1', Arch: 'amd64', Os: 'linux' } };
    expect(readEngine(JSON.stringify(engine)).architecture).toBe('amd64');
    expect(readImage('[]')).toBeUndefined();
    expect(readNames('{"Names":"a"}\n{"Name":"b"}\n')).toEqual(['a', 'b']);
  });
});

describe('commands of the proxy', () => {
  const route = {
    ...{ proxy: 'p', service: 's', target: 'c:8080', tls: false },
    ...{ drainSeconds: 30, responseSeconds: 120, healthSeconds: 15 },
  };

  test('a route is never forced: the proxy asks /ready itself', () => {
    const words = routeTo(route);
    expect(words.slice(0, 8)).toEqual([
      ...['docker', 'exec', 'p', 'kamal-proxy', 'deploy', 's', '--target', 'c:8080'],
    ]);
    expect(words).toContain('/ready');
    expect(words).not.toContain('--force');
    expect(words).not.toContain('--host');
    expect(routeTo({ ...route, domain: 'a.example', tls: true }).join(' ')).toContain(
      '--host a.example --tls',
    );
  });

  test('a pause has both limits', () => {
    const words = pauseRoute({ proxy: 'p', service: 's', drainSeconds: 5, pauseSeconds: 20 });
    expect(words.slice(4).join(' ')).toBe('pause s --drain-timeout 5s --max-pause 20s');
  });

  test('its table is read without its colours', () => {
    const head = ['Service', 'Host', 'Path', 'Target', 'State', 'TLS'];
    const bold = head.map((one) => `\u001b[3;94m${one}\u001b[0m`).join('  ');
    const printed = `${bold}  \nparstock-stage  *     /     parstock-stage-1:8080  running  no   \n`;
    expect(readRoutes(printed)).toEqual([
      { service: 'parstock-stage', target: 'parstock-stage-1:8080', state: 'running' },
    ]);
    expect(readRoutes('')).toEqual([]);
  });
});

test('scripts take their values as words, so that none of them is read as shell', () => {
  const owner = '{"who":"$(reboot)"}';
  const words = takeLease({ folder: "it's; rm -rf /", seconds: 30, owner, instead: '' });
  expect(words.slice(0, 2)).toEqual(['sh', '-c']);
  expect(words[2]).not.toContain('reboot');
  expect(words.slice(3)).toEqual(['sh', "it's; rm -rf /", '30', owner, '']);
  expect(guarded(['docker', 'ps'], { folder: 'f', token: '7', seconds: 60 }).slice(-5)).toEqual([
    ...['f', '7', '60', 'docker', 'ps'],
  ]);
});
