import { mkdirSync } from 'node:fs';
import type { Host } from './host.ts';
import { runProcess } from './run-process.ts';

/** This machine as a destination, for a server that deploys to itself. */
export function openLocalHost(options: {
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}): Host {
  const { home, env } = options;
  mkdirSync(home, { recursive: true });
  return {
    name: 'local',
    run: (words, command) =>
      runProcess(words, { ...command, cwd: home, env: env as NodeJS.ProcessEnv }).catch(
        (error: NodeJS.ErrnoException) => {
          // A shell would say the same of a program that is not there or may not be run.
          if (error.code === 'ENOENT') return { code: 127, stdout: '', stderr: 'not found' };
          if (error.code === 'EACCES') return { code: 126, stdout: '', stderr: 'not allowed' };
          throw error;
        },
      ),
    openTunnel: async (port) => ({ port, close: async () => undefined }),
    close: async () => undefined,
  };
}
