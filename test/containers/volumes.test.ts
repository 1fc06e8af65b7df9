import { execSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { ada, byEnvironment, signIn } from '../support/containers/api.ts';
import {
  type Container,
  docker,
  makeVolume,
  startContainer,
} from '../support/containers/docker.ts';

const image = inject('image');

async function untilEnded(container: Container): Promise<number> {
  for (let tries = 0; tries < 300 && container.inspect<boolean>('.State.Running'); tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return container.inspect<number>('.State.ExitCode');
}

/** What stands behind a name in the refusal that was printed. */
const said = (container: Container, name: string) =>
  new RegExp(`^ +${name} +(.+)$`, 'm').exec(container.logs())?.[1];

const asRoot = (volume: string, command: string) =>
  docker(
    'run',
    '--rm',
    '--user',
    '0',
    '--entrypoint',
    'sh',
    '-v',
    `${volume}:/v`,
    image,
    '-c',
    command,
  );

describe('a folder that belongs to somebody else is refused, and the printed command mends it', () => {
  test('a volume that root used before', async () => {
    const data = makeVolume();
    // An empty one would be handed over by the engine.
    asRoot(data, 'touch /v/left && chown 0:0 /v && chmod 755 /v');
    const container = startContainer({ image, env: byEnvironment, mounts: { data } });
    expect(await untilEnded(container)).toBe(1);
    expect(container.logs()).toContain('volume_not_writable');
    expect(said(container, 'path')).toBe('/data');
    expect(said(container, 'found')).toMatch(/uid 0/);
    expect(said(container, 'wanted')).toBe('uid 10001');
    execSync(said(container, 'command')!, { stdio: 'pipe' });
    container.start();
    await container.until();
    await signIn(container);
    container.remove();
  });

  test('data that another user wrote, as a restore by hand leaves them', async () => {
    const data = makeVolume();
    const first = startContainer({ image, env: byEnvironment, mounts: { data } });
    await first.until();
    expect(await first.stop()).toBe(0);
    first.remove();
    asRoot(data, 'chown -R 1000:1000 /v');
    const second = startContainer({ image, mounts: { data } });
    expect(await untilEnded(second)).toBe(1);
    expect(second.logs()).toContain('volume_not_writable');
    expect(said(second, 'found')).toMatch(/uid 1000/);
    execSync(said(second, 'command')!, { stdio: 'pipe' });
    second.start();
    await second.until();
    await signIn(second, ada);
    second.remove();
  });

  test('a folder of the host that is root’s', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parstock-bound-'));
    chownSync(folder, 0, 0);
    chmodSync(folder, 0o755);
    const container = startContainer({ image, env: byEnvironment, mounts: { backups: folder } });
    expect(await untilEnded(container)).toBe(1);
    expect(said(container, 'path')).toBe('/backups');
    execSync(said(container, 'command')!, { stdio: 'pipe' });
    container.start();
    await container.until();
    container.remove();
    rmSync(folder, { recursive: true });
  });
});
