import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../../contract/errors.ts';

/** OWASP's first recommendation for Argon2id (2024): 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const SHORTEST_PASSWORD = 10;

/** A token that nobody guesses: 256 random bits, safe in an address. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token; it has so many bits that one fast hash is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export async function hashPassword(password: string): Promise<string> {
  if (password.length < SHORTEST_PASSWORD) {
    throw new Refusal('weak_password', { wanted: `at least ${SHORTEST_PASSWORD} characters` });
  }
  return hash(password, ARGON2);
}

let decoy: Promise<string> | undefined;

/** Takes as long for an address that does not exist as for one that does. */
export async function checkPassword(password: string, known: string | null): Promise<boolean> {
  decoy ??= hash(newToken(), ARGON2);
  const stored = known ?? (await decoy);
  return (await verify(stored, password)) && known !== null;
}
