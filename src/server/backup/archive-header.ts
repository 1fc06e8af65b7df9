import { createHash, createHmac, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { Refusal } from '../../contract/errors.ts';

/** What stands in the clear at the head of a backup, readable without its passphrase. */
export interface ArchiveHeader {
  readonly format: number;
  readonly program: string;
  /** When the snapshot was taken, in UTC. */
  readonly instant: string;
  /** The newest migration of the database that was read. */
  readonly schema: string;
  readonly encryption: Encryption | null;
}

interface Encryption {
  readonly cipher: 'aes-256-gcm';
  readonly kdf: 'scrypt';
  /** scrypt's N. */
  readonly cost: number;
  readonly salt: string;
  /** Tells a wrong passphrase from a damaged file. */
  readonly check: string;
}

/** What seals the frames that follow. */
export interface ArchiveSeal {
  readonly headerHash: Buffer;
  readonly key: Buffer | null;
}

export const FORMAT = 1;
const MAGIC = 'Parstock backup\n';
const LONGEST_HEADER = 65_536;
/** 32 MiB of memory and about a tenth of a second for every guess at the passphrase. */
const COST = 2 ** 15;
const HIGHEST_COST = 2 ** 20;
const BLOCK_SIZE = 8;
const KEY_BYTES = 32;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** The bytes of a header, and the seal for what follows it. */
export async function makeHeader(
  facts: Omit<ArchiveHeader, 'format' | 'encryption'>,
  passphrase: string | null,
): Promise<{ bytes: Buffer; seal: ArchiveSeal }> {
  const salt = randomBytes(16);
  const key = passphrase === null ? null : await deriveKey(passphrase, { salt, cost: COST });
  const encryption: Encryption | null = key && {
    cipher: 'aes-256-gcm',
    kdf: 'scrypt',
    cost: COST,
    salt: salt.toString('hex'),
    check: checkOf(key),
  };
  const header: ArchiveHeader = { format: FORMAT, ...facts, encryption };
  const bytes = Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`);
  return { bytes, seal: { headerHash: sha256(bytes), key } };
}

/** Reads the header from the first bytes of a file; `length` is where the frames begin. */
export function parseHeader(
  bytes: Buffer,
  path: string,
): { header: ArchiveHeader; headerHash: Buffer; length: number } {
  if (!bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) {
    const wanted = 'a file that parstock backup wrote';
    throw new Refusal('backup_not_recognised', { where: path, wanted });
  }
  const end = bytes.indexOf('\n', MAGIC.length);
  if (end < 0) throw damaged(path, 'a header without end');
  const length = end + 1;
  const header = parseFacts(bytes.toString('utf8', MAGIC.length, end), path);
  return { header, headerHash: sha256(bytes.subarray(0, length)), length };
}

/** How many bytes of a file surely hold its header. */
export const HEADER_BYTES = MAGIC.length + LONGEST_HEADER;

function parseFacts(text: string, path: string): ArchiveHeader {
  let header: ArchiveHeader;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new Refusal('backup_damaged', { where: path, found: 'an unreadable header' }, { cause });
  }
  if (!Number.isInteger(header?.format)) throw damaged(path, 'a header without format');
  if (header.format > FORMAT) {
    const found = `format ${header.format}, by version ${header.program}`;
    throw new Refusal('backup_too_new', { where: path, found, wanted: `format ${FORMAT}` });
  }
  const { program, instant, schema, encryption } = header;
  const words = [program, instant, schema].every((word) => typeof word === 'string');
  if (!words || Number.isNaN(Date.parse(instant)) || !usable(encryption))
    throw damaged(path, 'a header with other facts than a backup has');
  return header;
}

function usable(encryption: Encryption | null): boolean {
  if (encryption === null) return true;
  const { cipher, kdf, cost, salt, check } = encryption ?? {};
  const known = cipher === 'aes-256-gcm' && kdf === 'scrypt';
  // Whoever changed the header must not make us spend all memory on it.
  const bounded = Number.isInteger(Math.log2(cost)) && cost >= 2 && cost <= HIGHEST_COST;
  return known && bounded && typeof salt === 'string' && typeof check === 'string';
}

/** The key of an encrypted backup; null for one that is not. */
export async function openKey(
  header: ArchiveHeader,
  { path, passphrase }: { path: string; passphrase: string | null },
): Promise<Buffer | null> {
  const { encryption } = header;
  if (!encryption) return null;
  const variable = 'PARSTOCK_BACKUP_PASSPHRASE';
  if (passphrase === null)
    throw new Refusal('backup_wrong_passphrase', { where: path, variable, found: 'not set' });
  const { salt, cost } = encryption;
  const key = await deriveKey(passphrase, { salt: Buffer.from(salt, 'hex'), cost });
  if (checkOf(key) !== encryption.check)
    throw new Refusal('backup_wrong_passphrase', { where: path, variable, found: 'another one' });
  return key;
}

/** A refusal of a file that was cut or changed. */
export function damaged(path: string, found: string): Refusal {
  return new Refusal('backup_damaged', { where: path, found });
}

function deriveKey(passphrase: string, { salt, cost }: { salt: Buffer; cost: number }) {
  const maxmem = 256 * cost * BLOCK_SIZE;
  return derive(passphrase.normalize('NFC'), salt, KEY_BYTES, {
    cost,
    blockSize: BLOCK_SIZE,
    maxmem,
  });
}

function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update('parstock backup key').digest('hex').slice(0, 16);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
