import type { Terminal } from './terminal.ts';

const WIDTH = 30;
const REDRAW_MILLISECONDS = 120;

/** A bar of megabytes on stderr for a person who waits; silent in a pipe. */
export function drawBytes(label: string, terminal: Terminal) {
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    advance: ({ bytes, totalBytes }: { bytes: number; totalBytes: number }) => {
      const moment = terminal.stopwatch();
      if (!terminal.interactive || moment - drawn < REDRAW_MILLISECONDS) return;
      drawn = moment;
      const filled = totalBytes > 0 ? Math.min(WIDTH, Math.round((bytes / totalBytes) * WIDTH)) : 0;
      const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
      terminal.draw(
        `${label} ${bar} ${Math.round(bytes / 1e6)}/${Math.round(totalBytes / 1e6)} MB`,
      );
    },
    clear: () => {
      if (terminal.interactive) terminal.draw('');
    },
  };
}
