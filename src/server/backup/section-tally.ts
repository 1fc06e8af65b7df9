import { createHash } from 'node:crypto';
import type { SectionEnd, SectionHead } from './manifest.ts';
import { RowFingerprint } from './row-fingerprint.ts';

/** Counts what flows through a section. */
export class SectionTally {
  readonly #hash = createHash('sha256');
  readonly #fingerprint: RowFingerprint | null;
  #bytes = 0;

  constructor(kind: SectionHead['kind']) {
    this.#fingerprint = kind === 'table' ? new RowFingerprint() : null;
  }

  get rows(): number {
    return this.#fingerprint?.rows ?? 0;
  }

  add(data: Buffer): void {
    this.#bytes += data.length;
    this.#hash.update(data);
    this.#fingerprint?.update(data);
  }

  /** Once, at the end. */
  end(): SectionEnd {
    const sha256 = this.#hash.digest('hex');
    const fingerprint = this.#fingerprint?.digest() ?? '';
    return { bytes: this.#bytes, sha256, rows: this.rows, fingerprint };
  }
}
