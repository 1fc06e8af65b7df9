import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  readonly child: ChildProcess;
  /** The printed link. */
  readonly link: string;
  readonly origin: string;
  /** Everything on standard error until now. */
  said(): string;
  /** Sends the signal and resolves to the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ServerEnvironment {
  readonly PARSTOCK_DATA_DIR: string;
  readonly [name: `PARSTOCK_${string}`]: string;
}

const SCRIPT = fileURLToPath(new URL('../../bin/parstock.mjs', import.meta.url));

/** Starts `parstock serve` as a process of its own; any port unless one is named. */
export async function startServerProcess(env: ServerEnvironment): Promise<ServerProcess> {
  const { child, said, exited } = launch({ PARSTOCK_PORT: '0', ...env });
  const printed = Promise.withResolvers<string>();
  let out = '';
  child.stdout?.on('data', (text) => {
    out += text;
    const link = /https?:\S+/.exec(out)?.[0];
    if (link && out.includes('\n')) printed.resolve(link);
  });
  const link = await Promise.race([
    printed.promise,
    exited.then((code) => Promise.reject(new Error(`exit ${code}: ${said()}`))),
  ]);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return { child, link, origin: new URL(link).origin, said, end };
}

/** Starts a server that is expected to refuse; resolves to its exit code and its words. */
export async function startRefusedServer(
  env: ServerEnvironment,
): Promise<{ code: number | null; said: string }> {
  const { said, exited } = launch({ PARSTOCK_PORT: '0', ...env });
  const code = await exited;
  return { code, said: said() };
}

function launch(env: Record<string, string>) {
  // Nothing of the developer's own settings leaks in.
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('PARSTOCK_'));
  const child = spawn(process.execPath, [SCRIPT, 'serve'], {
    env: { ...Object.fromEntries(clean), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, said: () => errors, exited };
}
