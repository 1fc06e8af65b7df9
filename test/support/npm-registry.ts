import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What the registry does to one answer; anything not named goes well. */
export interface RegistryMisbehaviour {
  readonly status?: number;
  /** Sends the tarball's first bytes and then nothing. */
  readonly stall?: boolean;
  /** Ends the connection after so many bytes of the tarball. */
  readonly dropAfter?: number;
  /** Sends another tarball than the lockfile names. */
  readonly otherBytes?: boolean;
}

export interface PackageFiles {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string | Buffer>>;
}

export interface NpmRegistry {
  readonly url: string;
  /** How often a tarball was asked for. */
  tarballs: number;
  behave: (path: string) => RegistryMisbehaviour;
  /** A package.json and a package-lock.json that name these packages. */
  readonly manifest: string;
  readonly lockfile: string;
  close(): Promise<void>;
}

/** A registry with real tarballs of small packages, and every way to fail. */
export async function startRegistry(packages: readonly PackageFiles[]): Promise<NpmRegistry> {
  const built = packages.map((one) => {
    const tarball = packTarball(one);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    return { ...one, tarball, integrity };
  });
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const how = registry.behave(path);
    if (how.status) return void response.writeHead(how.status).end('{"error":"no"}');
    const tarball = built.find(({ name, version }) => path === `/${name}/-/${name}-${version}.tgz`);
    if (tarball) {
      registry.tarballs += 1;
      return sendTarball(response, tarball.tarball, how);
    }
    const found = built.find(({ name }) => path === `/${name}`);
    if (!found) return void response.writeHead(404).end('{"error":"not found"}');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(packument(found, registry.url)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry: NpmRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tarballs: 0,
    behave: () => ({}),
    manifest: JSON.stringify(rootOf(built)),
    lockfile: JSON.stringify(lockfileOf(built)),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return registry;
}

type Built = PackageFiles & { readonly tarball: Buffer; readonly integrity: string };

function rootOf(built: readonly Built[]) {
  const dependencies = Object.fromEntries(built.map(({ name, version }) => [name, version]));
  return { name: 'runtime', version: '1.0.0', private: true, type: 'module', dependencies };
}

function lockfileOf(built: readonly Built[]) {
  const { name, version, dependencies } = rootOf(built);
  const entries = built.map((one) => [
    `node_modules/${one.name}`,
    { version: one.version, integrity: one.integrity, dependencies: one.dependencies },
  ]);
  const packages = { '': { name, version, dependencies }, ...Object.fromEntries(entries) };
  return { name, version, lockfileVersion: 3, requires: true, packages };
}

function packument({ name, version, dependencies, integrity }: Built, url: string) {
  const dist = { tarball: `${url}/${name}/-/${name}-${version}.tgz`, integrity };
  const one = { name, version, dependencies, dist };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: one } };
}

function sendTarball(response: ServerResponse, tarball: Buffer, how: RegistryMisbehaviour): void {
  const bytes = how.otherBytes ? gzipSync(Buffer.alloc(2048)) : tarball;
  response.setHeader('content-length', bytes.length);
  if (how.stall) response.write(bytes.subarray(0, 10));
  else if (how.dropAfter !== undefined)
    response.write(bytes.subarray(0, how.dropAfter), () => response.destroy());
  else response.end(bytes);
}

/** A gzipped tar with everything below `package/`, as npm packs it. */
function packTarball({ name, version, dependencies, files }: PackageFiles): Buffer {
  const manifest = JSON.stringify({ name, version, main: 'dist/index.js', dependencies });
  const entries = Object.entries({ 'package.json': manifest, ...files });
  const blocks = entries.flatMap(([path, content]) => {
    const body = Buffer.from(content);
    return [tarHeader(`package/${path}`, body.length), body, Buffer.alloc(-body.length & 511)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 1 });
}

function tarHeader(path: string, bytes: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
