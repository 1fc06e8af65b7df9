import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../contract/errors.ts';
import type { Config } from '../config.ts';

const NO_ADDRESS = { variable: 'PARSTOCK_HOST', wanted: 'an address of this machine' };
/** Which setting is to blame when the door cannot be opened. */
const UNUSABLE: Readonly<Record<string, { variable: string; wanted: string }>> = {
  EACCES: { variable: 'PARSTOCK_PORT', wanted: 'a port that this user may open' },
  EADDRNOTAVAIL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
  EAI_AGAIN: NO_ADDRESS,
};

/** Opens the door, and says where it is. */
export async function listen(
  app: FastifyInstance,
  config: Pick<Config, 'port' | 'host' | 'publicUrl'>,
): Promise<string> {
  const { port, host } = config;
  try {
    await app.listen({ port, host });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const found = `${host}:${port} (${code})`;
    if (code === 'EADDRINUSE')
      throw new Refusal('port_in_use', { variable: 'PARSTOCK_PORT', found }, { cause });
    const wrong = UNUSABLE[code ?? ''];
    if (wrong) throw new Refusal('config_invalid', { ...wrong, found }, { cause });
    throw cause;
  }
  return addressOf(app, config);
}

function addressOf(
  app: FastifyInstance,
  { port: wanted, host, publicUrl }: Pick<Config, 'port' | 'host' | 'publicUrl'>,
): string {
  if (publicUrl) return publicUrl;
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound ? bound.port : wanted;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
