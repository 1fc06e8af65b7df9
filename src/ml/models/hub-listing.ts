import { z } from 'zod';
import { Refusal } from '../../contract/errors.ts';
import { askHub, type Hub, TransientFault } from './hub.ts';
import type { PinnedModel } from './pinned-models.ts';

/** What a file must turn out to be. */
export interface ExpectedFile {
  readonly name: string;
  readonly bytes: number;
  /** Of the content; null where the hub names only git's own hash. */
  readonly sha256: string | null;
  /** Git's hash of a file that is stored in the repository itself. */
  readonly gitBlob: string | null;
  readonly origin: 'pinned' | 'hub';
}

const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string(),
  lfs: z
    .object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() })
    .optional(),
});
const MOST_LISTING_BYTES = 4_000_000;

/** The files as pinned, or, where one is not, as the hub lists them for the very commit. */
export async function expectedFiles(
  hub: Hub,
  { model, signal }: { model: PinnedModel; signal: AbortSignal },
): Promise<ExpectedFile[]> {
  const unpinned = model.files.some(({ bytes, sha256 }) => bytes === null || sha256 === null);
  const listing = unpinned ? await listFiles(hub, { model, signal }) : [];
  return model.files.map(({ name, bytes, sha256 }) => {
    if (bytes !== null && sha256 !== null)
      return { name, bytes, sha256, gitBlob: null, origin: 'pinned' };
    const listed = listing.find((file) => file.name === name);
    if (!listed) throw new Refusal('model_not_pinned', { model: model.name, file: name });
    return listed;
  });
}

/** What the hub says that the commit holds. */
export async function listFiles(
  hub: Hub,
  { model, signal }: { model: PinnedModel; signal: AbortSignal },
): Promise<ExpectedFile[]> {
  const path = `/api/models/${model.repository}/tree/${model.revision}`;
  const response = await askHub(hub, { path, signal });
  const text = await readText(response);
  const parsed = z.array(entrySchema).safeParse(parseJson(text));
  if (!parsed.success)
    throw new Refusal('model_not_pinned', { model: model.name, found: 'no listing of the files' });
  return parsed.data
    .filter(({ type, oid, lfs }) => type === 'file' && (lfs || /^[0-9a-f]{40}$/.test(oid)))
    .map(({ path: name, size, oid, lfs }) => ({
      name,
      bytes: lfs?.size ?? size,
      sha256: lfs?.oid ?? null,
      gitBlob: lfs ? null : oid,
      origin: 'hub',
    }));
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > MOST_LISTING_BYTES) return '';
    }
  } catch (cause) {
    throw new TransientFault('hub_unreachable', 'the listing of the files broke off', { cause });
  }
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
