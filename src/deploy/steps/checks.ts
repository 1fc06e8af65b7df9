/** Where a version can be asked, and with which key. */
export interface CheckAddress {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly signal: AbortSignal;
}

/** What a check found: fine, or why not; in words for the journal. */
export interface CheckResult {
  readonly ok: boolean;
  readonly words: string;
  /** The whole of it, for the record in the product. */
  readonly report?: unknown;
}

/**
 * The checks of a running version, over HTTP. They are handed in, so that the steps know nothing of
 * what they ask.
 */
export interface Checks {
  smoke(address: CheckAddress): Promise<CheckResult>;
  /** Measures the version that serves; its answer is handed to `gate`, when that version may be gone. */
  measure(address: CheckAddress): Promise<unknown>;
  gate(candidate: CheckAddress, running: unknown): Promise<CheckResult>;
  watch(address: CheckAddress, say: (words: string) => void): Promise<CheckResult>;
}
