import type { ErrorEntry } from './errors.ts';

/** Refusals of the command line's words and files: a part of the one catalogue in errors.ts. */
export const commandLineErrors = {
  invalid_option: {
    status: 400,
    title: 'The command was not understood.',
    remedy: 'See parstock --help, or --help of the verb.',
  },
  file_not_readable: {
    status: 400,
    title: 'The file cannot be read.',
    remedy: 'Check the path and its permissions; - reads from a pipe.',
  },
  file_not_writable: {
    status: 400,
    title: 'The result cannot be written there.',
    remedy: 'Free space there or make the folder writable, or choose another --output.',
  },
  file_bad_value: {
    status: 422,
    title: 'A row of the file cannot be used.',
    remedy: 'Correct the row and run the command again; nothing was written.',
  },
  file_duplicate_date: {
    status: 422,
    title: 'A series has two rows for one period.',
    remedy: 'Add them up or remove one of them.',
  },
  file_irregular_dates: {
    status: 422,
    title: 'The dates of a series do not fit one frequency.',
    remedy: 'Correct the date, or give the frequency that the file has with --frequency.',
  },
  frequency_unclear: {
    status: 422,
    title: 'The frequency cannot be told from the dates.',
    remedy: 'Give it with --frequency H, D, W, M, Q or Y.',
  },
  nothing_forecast: {
    status: 422,
    title: 'No series of the file could be forecast.',
    remedy: 'The reason of each series is listed above.',
  },
  not_in_file: {
    status: 422,
    title: 'One file names something that the other does not have.',
    remedy: 'Add it to the file, or remove the row that names it.',
  },
  server_unreachable: {
    status: 503,
    title: 'The server does not answer.',
    remedy: 'Start it with parstock serve, or name another one with --server.',
  },
} as const satisfies Record<string, ErrorEntry>;
