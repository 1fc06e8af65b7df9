import { z } from 'zod';
import { Refusal } from '../../contract/errors.ts';

/** What a registry says of an image, read without pulling it. */
export interface RemoteImage {
  readonly digest: string;
  readonly version: string;
  readonly architectures: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface RegistryOptions {
  /** Repository without tag, such as ghcr.io/you/parstock. */
  readonly repository: string;
  readonly credentials?: { username: string; password: string } | undefined;
}

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFEST_TYPES = [
  ...INDEX_TYPES,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const PATIENCE_MILLISECONDS = 20_000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const manifestSchema = z.object({
  mediaType: z.string().optional(),
  config: z.object({ digest: z.string() }).optional(),
  manifests: z
    .array(
      z.object({
        digest: z.string(),
        platform: z.object({ architecture: z.string(), os: z.string() }).optional(),
      }),
    )
    .optional(),
});
const configSchema = z.object({
  architecture: z.string(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
});

/** Splits a repository into the registry's address and the path there; loopback speaks plain HTTP. */
export function splitRepository(repository: string): {
  origin: string;
  host: string;
  path: string;
} {
  const slash = repository.indexOf('/');
  const first = repository.slice(0, slash);
  const named = first.includes('.') || first.includes(':') || first === 'localhost';
  const host = named ? first : 'registry-1.docker.io';
  const path = named ? repository.slice(slash + 1) : repository;
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
  return { origin: `${loopback ? 'http' : 'https'}://${host}`, host, path };
}

/** Finds a tag or digest; refuses image_not_found, or registry_failed when there is no good answer. */
export async function findImage(reference: string, options: RegistryOptions): Promise<RemoteImage> {
  const { repository } = options;
  const ask = openRegistry(options);
  const answer = await ask(`manifests/${reference}`);
  const digest = DIGEST.test(reference) ? reference : answer.headers.get('docker-content-digest');
  if (!digest) throw failed(repository, 'no digest in the answer');
  const top = manifestSchema.parse(await answer.json());
  const children = (top.manifests ?? []).filter(({ platform }) => platform?.os === 'linux');
  // All platforms of a release are built from the same sources: their labels agree.
  const manifest = children[0]
    ? manifestSchema.parse(await (await ask(`manifests/${children[0].digest}`)).json())
    : top;
  if (!manifest.config) throw failed(repository, 'a manifest without a configuration');
  const { architecture, config } = configSchema.parse(
    await (await ask(`blobs/${manifest.config.digest}`)).json(),
  );
  const labels = config.Labels ?? {};
  return {
    digest,
    labels,
    version: labels['org.opencontainers.image.version'] ?? reference,
    architectures: children.length
      ? children.map(({ platform }) => platform!.architecture)
      : [architecture],
  };
}

type Ask = (path: string) => Promise<Response>;

function openRegistry({ repository, credentials }: RegistryOptions): Ask {
  const { origin, path } = splitRepository(repository);
  let authorization = credentials ? basic(credentials) : undefined;
  const send = async (address: string, headers: Record<string, string>) => {
    try {
      return await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
    } catch (cause) {
      const { code } = ((cause as Error).cause ?? {}) as { code?: string };
      throw failed(origin, code ?? (cause as Error).name);
    }
  };
  return async (what) => {
    const address = `${origin}/v2/${path}/${what}`;
    const accept = MANIFEST_TYPES.join(', ');
    const first = await send(address, { accept, ...(authorization && { authorization }) });
    const challenge = first.headers.get('www-authenticate');
    if (first.status !== 401 || !challenge?.startsWith('Bearer '))
      return checked(first, { repository, what });
    authorization = await bearer(challenge, { send, credentials });
    return checked(await send(address, { accept, authorization }), { repository, what });
  };
}

function checked(answer: Response, about: { repository: string; what: string }): Response {
  if (answer.ok) return answer;
  const where = `${about.repository} ${about.what.replace('manifests/', '')}`;
  if (answer.status === 404) throw new Refusal('image_not_found', { where });
  throw failed(where, `HTTP ${answer.status}`);
}

/** Trades the credentials for a token that reads this repository, as the registry's answer asks. */
async function bearer(
  challenge: string,
  options: {
    send: (address: string, headers: Record<string, string>) => Promise<Response>;
    credentials: RegistryOptions['credentials'];
  },
): Promise<string> {
  const { send, credentials } = options;
  const words = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map((m) => [m[1]!, m[2]!]));
  const realm = new URL(words.get('realm') ?? '');
  for (const name of ['service', 'scope'])
    if (words.has(name)) realm.searchParams.set(name, words.get(name)!);
  const answer = await send(realm.href, credentials ? { authorization: basic(credentials) } : {});
  if (!answer.ok) throw failed(realm.host, `HTTP ${answer.status} for a token`);
  const body = (await answer.json()) as { token?: string; access_token?: string };
  return `Bearer ${body.token ?? body.access_token ?? ''}`;
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function failed(where: string, found: string): Refusal {
  return new Refusal('registry_failed', { where, found });
}
