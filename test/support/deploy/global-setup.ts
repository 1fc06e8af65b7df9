import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROXY = 'basecamp/kamal-proxy:latest';
const BASE = 'node:24-bookworm-slim';
const SOURCE = 'github.com/basecamp/kamal-proxy/cmd/kamal-proxy@latest';

/**
 * What these tests stand on. Whatever is missing fails the whole run, by name: deploys that were not
 * tested must not look as if they had been.
 */
export default function setup(): void {
  const missing = ['/usr/sbin/sshd', '/usr/bin/docker-registry'].filter(
    (path) => !existsSync(path),
  );
  if (missing.length > 0)
    throw new Error(
      `The deploy tests need ${missing.join(' and ')} (Debian: openssh-server, docker-registry).`,
    );
  if (!hasImage(BASE)) throw new Error(`The deploy tests need the image ${BASE}.`);
  if (!hasImage(PROXY)) makeProxy();
}

function hasImage(name: string): boolean {
  try {
    execFileSync('docker', ['image', 'inspect', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Pulls the proxy, or builds it from its source where only Go modules can be had. */
function makeProxy(): void {
  try {
    execFileSync('docker', ['pull', '-q', PROXY], { stdio: 'ignore' });
    return;
  } catch {
    // No registry: Go may still get the source.
  }
  const folder = mkdtempSync(join(tmpdir(), 'kamal-proxy-'));
  try {
    execFileSync('go', ['install', SOURCE], {
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
      stdio: 'inherit',
    });
    writeFileSync(
      join(folder, 'Dockerfile'),
      [
        `FROM ${BASE}`,
        'COPY kamal-proxy /usr/local/bin/kamal-proxy',
        'RUN useradd kamal-proxy && install -d -o kamal-proxy /home/kamal-proxy/.config/kamal-proxy',
        'USER kamal-proxy',
        'EXPOSE 80 443',
        'CMD ["kamal-proxy", "run"]',
        '',
      ].join('\n'),
    );
    execFileSync('docker', ['build', '-q', '-t', PROXY, folder], { stdio: 'inherit' });
  } catch (cause) {
    throw new Error(
      `The deploy tests need ${PROXY}: it could neither be pulled nor built with Go.`,
      { cause },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
