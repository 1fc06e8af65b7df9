/** What a command on a host came to. */
export interface CommandOutcome {
  /** Exit code; null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** What the command reads; secrets travel here and nowhere else. */
  readonly input?: string;
  readonly timeoutSeconds?: number;
}

/** A port of this machine that leads to a port of the host's loopback. */
export interface Tunnel {
  readonly port: number;
  close(): Promise<void>;
}

/** A machine that runs commands for us: over ssh, or this one. */
export interface Host {
  readonly name: string;
  /** Runs words as they are, without a shell in between. A code other than 0 is an answer, no fault. */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandOutcome>;
  /** Opens a way to a port that listens on the host's loopback only. */
  openTunnel(port: number): Promise<Tunnel>;
  close(): Promise<void>;
}
