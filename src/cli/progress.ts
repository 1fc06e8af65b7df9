import type { Terminal } from './terminal.ts';

export interface Progress {
  advance(done: number): void;
  clear(): void;
}

const WIDTH = 30;
const REDRAW_MILLISECONDS = 80;

/** A bar on stderr for a person who waits; silent in a pipe. */
export function openProgress(
  label: string,
  options: { total: number; terminal: Terminal },
): Progress {
  const { total, terminal } = options;
  if (!terminal.interactive || total < 2)
    return { advance: () => undefined, clear: () => undefined };
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    advance: (done) => {
      const now = terminal.stopwatch();
      if (now - drawn < REDRAW_MILLISECONDS && done < total) return;
      drawn = now;
      const filled = Math.round((done / total) * WIDTH);
      terminal.draw(`${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total}`);
    },
    clear: () => terminal.draw(''),
  };
}
