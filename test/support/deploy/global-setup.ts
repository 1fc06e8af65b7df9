import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENGINE = fileURLToPath(new URL('../containers/engine.sh', import.meta.url));
const PARTS = fileURLToPath(new URL('parts.sh', import.meta.url));

/**
 * What these tests stand on. Whatever is missing fails the whole run, and says how to get it: deploys
 * that were not tested must not look as if they had been.
 */
export default function setup(): void {
  for (const script of [ENGINE, PARTS]) execFileSync(script, { stdio: 'inherit' });
}
