import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';
import { environmentFile } from '../commands/docker.ts';
import { runSmoke, type SmokeReport } from '../smoke/index.ts';
import type { ReleaseWork } from './release.ts';

const READY_SECONDS = 90;
const PORT = 8080;

/** Runs the image as a deploy would, with nothing kept, uses it, and takes it away. */
export async function smokeImage({ run, image, options }: ReleaseWork): Promise<SmokeReport> {
  const apiKey = randomBytes(32).toString('base64url');
  const password = randomBytes(18).toString('base64url');
  const environment = environmentFile([
    ['PARSTOCK_DEPLOY_KEY', apiKey],
    ['PARSTOCK_ADMIN_EMAIL', 'smoke@release.invalid'],
    ['PARSTOCK_ADMIN_PASSWORD', password],
  ]);
  const words = [
    ...['docker', 'run', '--detach', '--env-file', '/dev/stdin', '--pull', 'never'],
    ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges', '--publish', `127.0.0.1:0:${PORT}`, image],
  ];
  const started = await run(words, { doing: 'starting the image', input: environment });
  const container = started.stdout.trim();
  try {
    const port = ['docker', 'port', container, `${PORT}/tcp`];
    const published = await run(port, { doing: 'finding its port' });
    const url = `http://${published.stdout.trim().split('\n')[0]}`;
    await ready(url);
    return await runSmoke({
      url,
      apiKey,
      onCheck: ({ name, state, milliseconds }) =>
        options.say(`         ${`${milliseconds} ms`.padStart(9)}  ${name} ${state}`),
    });
  } finally {
    // With its volumes: they are of this run alone.
    const remove = ['docker', 'rm', '--force', '--volumes', container];
    await run(remove, { doing: 'removing the container' });
  }
}

async function ready(url: string): Promise<void> {
  const deadline = performance.now() + 1000 * READY_SECONDS;
  while (performance.now() < deadline) {
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(200);
  }
  throw new Refusal('release_failed', {
    where: 'the image under test',
    found: `not ready after ${READY_SECONDS} s`,
  });
}
