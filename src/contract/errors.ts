import { commandLineErrors } from './command-line-errors.ts';
import { deliveryErrors } from './delivery-errors.ts';
import { operationErrors } from './operation-errors.ts';

/**
 * The one catalogue of refusals: what a code means on the wire, to a person, and what to do next.
 * A refusal that reaches the API becomes problem+json with exactly these words.
 */
export interface ErrorEntry {
  /** HTTP status when the refusal reaches the API. */
  readonly status: number;
  /** Sentence for a person; no internals. */
  readonly title: string;
  /** What to do next. */
  readonly remedy: string;
}

export const errorCatalogue = {
  // Whoever asks
  not_signed_in: {
    status: 401,
    title: 'You are not signed in.',
    remedy: 'Sign in, or send an API key as a bearer token.',
  },
  wrong_credentials: {
    status: 401,
    title: 'The e-mail address or the password is wrong.',
    remedy: 'Try again, or ask an administrator for a new password.',
  },
  not_allowed: {
    status: 403,
    title: 'Your role does not allow this.',
    remedy: 'Ask an administrator for the role named in the details.',
  },
  wrong_origin: {
    status: 403,
    title: 'The request came from another site.',
    remedy: 'Use the page that this server serves, or an API key.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests.',
    remedy: 'Wait for the time named in Retry-After.',
  },
  // What is asked
  invalid_request: {
    status: 400,
    title: 'The request does not have the expected shape.',
    remedy: 'Correct the fields named in the details.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here by that name.',
    remedy: 'Check the address; the list next to it shows what exists.',
  },
  bad_cursor: {
    status: 400,
    title: 'The page cursor is not one that this server gave.',
    remedy: 'Start again from the first page, without a cursor.',
  },
  body_too_large: {
    status: 413,
    title: 'The file is larger than this server accepts.',
    remedy: 'Split it, compress it with gzip, or raise PARSTOCK_MAX_UPLOAD_BYTES.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is of a type that is not read here.',
    remedy:
      'Send JSON as application/json, or a file as text/csv, application/gzip or application/octet-stream.',
  },
  conflict: {
    status: 409,
    title: 'Somebody else changed this in the meantime.',
    remedy: 'Load it again and repeat your change.',
  },
  already_exists: {
    status: 409,
    title: 'That already exists.',
    remedy: 'Choose another name, or change the existing one.',
  },
  release_not_ready: {
    status: 409,
    title: 'This commit cannot be released as it is.',
    remedy: 'Mend what the details name, commit and tag it, then release again.',
  },
  release_failed: {
    status: 500,
    title: 'The release was not finished.',
    remedy: 'The details say at what; nothing was pushed unless they name the push.',
  },
  delivery_key_missing: {
    status: 401,
    title: 'There is no key for the server.',
    remedy: 'Set one of the variables named in the details, or let its _FILE variant name a file.',
  },
  too_many_scratch_tenants: {
    status: 429,
    title: 'Too many smoke tests are under way.',
    remedy: 'Wait for them to end; one that was killed frees its place after an hour.',
  },
  accuracy_check_under_way: {
    status: 409,
    title: 'This server is already checking its accuracy.',
    remedy: 'Wait for that check to end, or close its connection.',
  },
  // Set-up
  setup_not_complete: {
    status: 503,
    title: 'The server has not been set up yet.',
    remedy: 'Open the set-up link that the server printed when it started.',
  },
  setup_link_invalid: {
    status: 403,
    title: 'This set-up link is not valid any more.',
    remedy: 'Restart the server: it prints a new link while no administrator exists.',
  },
  setup_already_complete: {
    status: 409,
    title: 'The server is already set up.',
    remedy: 'Sign in with the administrator account.',
  },
  setup_under_way: {
    status: 409,
    title: 'Somebody is setting up this server at this moment.',
    remedy: 'Wait until that has ended, then load the page again.',
  },
  setup_interrupted: {
    status: 503,
    title: 'The last set-up was cut short; nothing of it was kept.',
    remedy: 'Start the server again, or open the set-up link again: set-up begins from nothing.',
  },
  setup_file_refused: {
    status: 422,
    title: 'A file of the set-up folder cannot be taken over; nothing was set up.',
    remedy: 'Correct the file named in the details, then set up again.',
  },
  weak_password: {
    status: 400,
    title: 'The password is too short.',
    remedy: 'Use at least 10 characters.',
  },
  last_administrator: {
    status: 409,
    title: 'There would be no administrator left.',
    remedy: 'Make somebody else an administrator first.',
  },
  // Imports
  import_not_ready: {
    status: 409,
    title: 'This import cannot be committed in its present state.',
    remedy: 'Only a checked import without errors can be committed; see its state.',
  },
  import_file_empty: {
    status: 422,
    title: 'The file is empty.',
    remedy: 'Export it again; a file needs a header line and at least one row.',
  },
  import_file_cut: {
    status: 422,
    title: 'The file ends in the middle of a row or of the compressed stream.',
    remedy: 'Transfer the file again; nothing of it was taken over.',
  },
  import_wrong_delimiter: {
    status: 422,
    title: 'The columns could not be told apart.',
    remedy: 'Separate columns with comma, semicolon or tab, and name them in the first line.',
  },
  import_missing_column: {
    status: 422,
    title: 'A required column is missing.',
    remedy: 'Add the column named in the details, or map one of the found columns to it.',
  },
  import_duplicate_column: {
    status: 422,
    title: 'Two columns have the same name.',
    remedy: 'Rename or remove one of them.',
  },
  import_ambiguous_dates: {
    status: 422,
    title: 'The dates can be read in more than one way.',
    remedy: 'Choose the date format (day first or month first), or export dates as YYYY-MM-DD.',
  },
  import_has_errors: {
    status: 409,
    title: 'The file has rows that cannot be taken over.',
    remedy: 'Correct the rows listed and upload the file again; nothing was changed.',
  },
  import_unreadable: {
    status: 422,
    title: 'The file is not text in a known encoding, or not a CSV file.',
    remedy: 'Export it as CSV in UTF-8, optionally compressed with gzip.',
  },
  import_file_missing: {
    status: 409,
    title: 'The uploaded file is no longer there, or not the one that was checked.',
    remedy: 'Upload it again; nothing of it was taken over.',
  },
  import_no_space: {
    status: 507,
    title: 'The server has too little disk space for this file.',
    remedy: 'Free space where the server keeps its data, or compress the file with gzip.',
  },
  // Runs, proposals, orders
  nothing_to_forecast: {
    status: 409,
    title: 'There is no product with sales to forecast.',
    remedy: 'Import products and sales first.',
  },
  run_already_active: {
    status: 409,
    title: 'A forecast run is already under way.',
    remedy: 'Wait for it, or cancel it first.',
  },
  run_not_active: { status: 409, title: 'This run has already ended.', remedy: 'Start a new run.' },
  no_forecast: {
    status: 409,
    title: 'There is no completed forecast run yet.',
    remedy: 'Start a forecast run first.',
  },
  proposal_not_open: {
    status: 409,
    title: 'This proposal has already been decided or replaced.',
    remedy: 'Load the list again.',
  },
  reason_required: {
    status: 400,
    title: 'This change needs a reason.',
    remedy: 'Say in a few words why, so that the next person understands.',
  },
  order_transition: {
    status: 409,
    title: 'A purchase order in this state cannot go there.',
    remedy: 'The details name the states that are possible from here.',
  },
  receipt_exceeds_order: {
    status: 409,
    title: 'More would be received than was ordered.',
    remedy: 'Receive at most the open quantity named in the details, or change the order first.',
  },
  ...commandLineErrors,
  ...deliveryErrors,
  ...operationErrors,
  // The machine underneath
  config_invalid: {
    status: 500,
    title: 'A configuration value is not usable.',
    remedy: 'Correct the environment variable named in the details; see docs/operating.md.',
  },
  volume_not_writable: {
    status: 500,
    title: 'A folder that the server must write is not writable.',
    remedy: 'Run the command in the details, then start again.',
  },
  disk_full: {
    status: 507,
    title: 'The disk of the database is full.',
    remedy:
      'Free space where the database keeps its data, then try again; nothing was half-written.',
  },
  database_unreachable: {
    status: 503,
    title: 'The database does not answer.',
    remedy: 'Check PARSTOCK_DATABASE_URL and that PostgreSQL runs.',
  },
  database_not_started: {
    status: 503,
    title: 'The embedded database did not start.',
    remedy: 'The details say why, often a full disk or missing rights; mend that and start again.',
  },
  database_lost: {
    status: 503,
    title: 'The embedded database ended by itself.',
    remedy:
      'Start again; nothing that was acknowledged is lost. The log named in the details may say why.',
  },
  database_in_use: {
    status: 503,
    title: 'Another server already uses this data folder.',
    remedy: 'Stop the process named in the details, or choose another PARSTOCK_DATA_DIR.',
  },
  startup_too_slow: {
    status: 503,
    title: 'A step of the start-up took too long.',
    remedy: 'Start again; if it stays, look at the log with PARSTOCK_LOG_LEVEL=info.',
  },
  schema_too_new: {
    status: 503,
    title: 'The tables were changed by a newer version, which this one cannot work with.',
    remedy: 'Run the version named as minReader or a newer one, or restore a backup.',
  },
  schema_too_old: {
    status: 503,
    title: 'The tables are too old for this version to upgrade them in one go.',
    remedy: 'Start the version named as through once; it upgrades them half-way. Then this one.',
  },
  schema_locked: {
    status: 503,
    title: 'Another program has been migrating the tables for too long.',
    remedy: 'See what the session named in the details does; end it, then start again.',
  },
  migration_failed: {
    status: 503,
    title: 'The tables could not be brought to this version.',
    remedy:
      'Nothing of this migration was kept, and the version before still runs. Mend what the details name, then start again.',
  },
  port_in_use: {
    status: 500,
    title: 'The port is taken by another program.',
    remedy: 'Stop it, or choose another PARSTOCK_PORT.',
  },
  // Machine-learning models
  model_file_invalid: {
    status: 500,
    title: 'A model file is damaged or is not what its name says.',
    remedy: 'Run "parstock models verify", and install or import the model again.',
  },
  model_not_supported: {
    status: 500,
    title: 'This model is of a kind that is not run here.',
    remedy: 'Use one of the models that "parstock models" lists.',
  },
  shutting_down: {
    status: 503,
    title: 'The server is shutting down.',
    remedy: 'Try again in a moment.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    remedy: 'Try again; if it happens again, give the request id to your administrator.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Facts that go with a refusal: where, what was found, what was wanted. No secrets. */
export type RefusalDetails = Readonly<Record<string, unknown>>;

/** An expected "no": the caller asked for something that cannot be done, and is told what to do. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly details: RefusalDetails;

  constructor(code: ErrorCode, details: RefusalDetails = {}, options: { cause?: unknown } = {}) {
    super(errorCatalogue[code].title, options);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
