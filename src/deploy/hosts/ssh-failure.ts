import { once } from 'node:events';
import { connect } from 'node:net';
import { Refusal } from '../../contract/errors.ts';
import type { CommandOutcome } from './host.ts';
import { runProcess } from './run-process.ts';
import type { SshAddress } from './ssh-host.ts';

/**
 * ssh has one exit code for all its failures. Which one it was is asked of others that answer with
 * codes: the configuration as ssh reads it, a plain connection, and ssh-keygen's search for the key.
 */
export async function whySshFailed(address: SshAddress, outcome: CommandOutcome): Promise<Refusal> {
  const settings = await resolvedSettings(address);
  const where = `${settings.get('hostname') ?? address.address}:${settings.get('port') ?? 22}`;
  const found = lastLine(outcome.stderr);
  const direct = !settings.has('proxyjump') && !settings.has('proxycommand');
  const refused = direct ? await connectionError(settings, address) : undefined;
  if (refused !== undefined) return new Refusal('host_unreachable', { where, found: refused });
  if (direct && !(await keyIsKnown(settings)))
    return new Refusal('host_key_unknown', { where, found });
  return new Refusal('host_refused', { where, found });
}

/** What ssh makes of its configuration for this host, as `ssh -G` prints it. */
async function resolvedSettings(address: SshAddress): Promise<ReadonlyMap<string, string>> {
  const { config, user, port } = address;
  const { stdout } = await runProcess([
    'ssh',
    '-G',
    ...(config === undefined ? [] : ['-F', config]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    address.address,
  ]);
  return new Map(
    stdout.split('\n').map((line) => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    }),
  );
}

async function connectionError(
  settings: ReadonlyMap<string, string>,
  address: SshAddress,
): Promise<string | undefined> {
  const socket = connect({
    host: settings.get('hostname') ?? address.address,
    port: Number(settings.get('port') ?? 22),
  });
  socket.setTimeout(address.connectSeconds * 1000, () =>
    socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
  );
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreachable';
  } finally {
    socket.destroy();
  }
}

async function keyIsKnown(settings: ReadonlyMap<string, string>): Promise<boolean> {
  const host = settings.get('hostkeyalias') ?? settings.get('hostname') ?? '';
  const port = settings.get('port') ?? '22';
  const name = port === '22' ? host : `[${host}]:${port}`;
  const files = [settings.get('userknownhostsfile'), settings.get('globalknownhostsfile')]
    .flatMap((list) => list?.split(' ') ?? [])
    .filter(Boolean);
  for (const file of files) {
    const search = await runProcess(['ssh-keygen', '-F', name, '-f', file]).catch(() => undefined);
    if (search?.code === 0) return true;
  }
  return false;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
