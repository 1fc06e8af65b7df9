import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { ada, byEnvironment, signIn } from '../support/containers/api.ts';
import { makeVolume, startContainer } from '../support/containers/docker.ts';

const image = inject('image');

describe('first-time set-up creates the admin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-secret-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('from the environment, with the password in a file, once', async () => {
    writeFileSync(join(folder, 'password'), `${ada.password}\n`, { mode: 0o444 });
    const container = startContainer({
      image,
      env: {
        PARSTOCK_ADMIN_EMAIL: ada.email,
        PARSTOCK_ADMIN_PASSWORD_FILE: '/run/secrets/admin-password',
      },
      mounts: { data: makeVolume() },
      init: false,
      words: ['-v', `${join(folder, 'password')}:/run/secrets/admin-password:ro`],
    });
    await container.until();
    const admin = await signIn(container);
    const { items } = await admin.ask<{ items: object[] }>('GET', '/users');
    expect(items).toMatchObject([{ email: ada.email, role: 'admin' }]);
    expect(container.logs()).not.toContain(ada.password);
    expect(container.logs()).not.toContain('/setup?token=');
    // The second start changes nothing, whatever the environment says by then. Without an init in
    // front of it, the program is process 1, and still hears that it is to stop.
    expect(await container.stop()).toBe(0);
    container.start();
    await container.until();
    const again = await signIn(container);
    expect((await again.ask<{ items: object[] }>('GET', '/users')).items).toHaveLength(1);
    container.remove();
  });

  test('by the link that is printed once, and dies when it was used', async () => {
    const container = startContainer({ image });
    await container.until('/live');
    // Waiting for a person is no illness: nobody should restart it and void the link.
    expect((await fetch(`${container.url}/ready`)).status).toBe(503);
    expect(container.exec('parstock', 'healthcheck')).toMatchObject({ status: 0 });
    const token = /\/setup\?token=([\w-]+)/.exec(container.logs())?.[1];
    const body = JSON.stringify({ ...ada, token, companyName: 'Ada’s', currency: 'EUR' });
    const complete = () =>
      fetch(`${container.url}/api/v1/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect((await complete()).ok).toBe(true);
    await container.until('/ready');
    await signIn(container);
    expect((await complete()).status).toBe(409);
    container.remove();
  });

  test('and no password stands where none was given', async () => {
    const half = { PARSTOCK_ADMIN_EMAIL: ada.email };
    const container = startContainer({ image, env: half });
    const deadline = Date.now() + 30_000;
    while (container.inspect<boolean>('.State.Running') && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(container.inspect('.State.ExitCode')).toBe(1);
    expect(container.logs()).toContain('PARSTOCK_ADMIN_PASSWORD');
    container.remove();
  });
});

describe('health check passes within its timeout', () => {
  // As the image has it: every 10 s, 5 s each. Docker asks for the first time after one interval.
  const FIRST_ASKED_SECONDS = 10;

  test('first run included, and again on existing data', async () => {
    const container = startContainer({ image, env: byEnvironment, mounts: { data: makeVolume() } });
    await container.untilHealthy(FIRST_ASKED_SECONDS * 3);
    interface Probe {
      readonly ExitCode: number;
      readonly Start: string;
      readonly End: string;
    }
    const probes = container.inspect<Probe[]>('.State.Health.Log');
    const passed = probes.find(({ ExitCode }) => ExitCode === 0)!;
    expect(Date.parse(passed.End) - Date.parse(passed.Start)).toBeLessThan(5_000);
    expect(container.inspect('.State.Health.FailingStreak')).toBe(0);
    await container.stop();
    container.start();
    await container.untilHealthy(FIRST_ASKED_SECONDS * 3);
    container.remove();
  });

  test('and fails, with the reason, once the database is gone', async () => {
    const container = startContainer({ image, env: byEnvironment });
    await container.until();
    // The postmaster is told to stop taking part; the server itself lives on for the question.
    const pid = container.exec('sh', '-c', 'head -1 /data/postgres/postmaster.pid').said.trim();
    container.exec(
      'sh',
      '-c',
      `kill -STOP ${pid} $(grep -l ^postgres: /proc/[0-9]*/cmdline | cut -d/ -f3)`,
    );
    const { status, said } = container.exec('parstock', 'healthcheck');
    expect(status).toBe(1);
    expect(said).toMatch(/database_unreachable/);
    container.remove();
  });
});
