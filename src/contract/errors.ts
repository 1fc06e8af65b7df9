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
  // The command line
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
    remedy: 'Choose another --output, or make the folder writable.',
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
  // Delivery
  deploy_config_invalid: {
    status: 422,
    title: 'deploy.yml cannot be used as it is.',
    remedy: 'Correct what the details name; docs/delivering.md shows every key in an example.',
  },
  destination_unknown: {
    status: 404,
    title: 'deploy.yml names no such destination.',
    remedy: 'Choose one that it names, or add it under destinations.',
  },
  secret_missing: {
    status: 422,
    title: 'A secret that deploy.yml refers to cannot be read.',
    remedy: 'Set the variable, write the file or mend the command that the details name.',
  },
  host_unreachable: {
    status: 503,
    title: 'The host does not answer.',
    remedy: 'Check its name, port and network; try ssh with the same address by hand.',
  },
  host_key_unknown: {
    status: 403,
    title: 'The key of the host is not among the known ones.',
    remedy: 'Connect once by hand, compare the fingerprint, and accept it.',
  },
  host_refused: {
    status: 403,
    title: 'The host did not let us in, or the connection broke.',
    remedy:
      'Try ssh with the same address by hand; your key must be in the agent or the ssh config.',
  },
  host_not_ready: {
    status: 409,
    title: 'The host lacks something that a deploy needs.',
    remedy: 'Mend what the details name, then run the same command again.',
  },
  host_command_failed: {
    status: 500,
    title: 'A command on the host failed.',
    remedy: 'The details show its own words; mend that, then run the same command again.',
  },
  version_failed: {
    status: 409,
    title: 'The new version did not do what it must.',
    remedy: 'The details say where and why; mend that, and release it as another version.',
  },
  image_not_found: {
    status: 404,
    title: 'The registry does not have this image.',
    remedy: 'Check the version, or publish it with parstock release.',
  },
  registry_failed: {
    status: 502,
    title: 'The registry does not answer as it should.',
    remedy: 'Check its name, your network and the credentials; then run the same command again.',
  },
  schema_forbids: {
    status: 409,
    title: 'This version cannot run on the data as it is now.',
    remedy: 'Follow the way that the details name; nothing was changed.',
  },
  lease_held: {
    status: 409,
    title: 'Another deploy is at work on this destination.',
    remedy:
      'Wait for it. If its machine is gone, its lease ends by itself, or: parstock unlock <destination>.',
  },
  lease_lost: {
    status: 409,
    title: 'Another deploy took over in the meantime.',
    remedy: 'Look at parstock status <destination>; this run has stopped and changes nothing more.',
  },
  approval_missing: {
    status: 403,
    title: 'This destination takes only what was approved.',
    remedy: 'Have somebody run parstock approve <destination> <digest>, then try again.',
  },
  nothing_to_deploy: {
    status: 409,
    title: 'There is no version to take.',
    remedy: 'See parstock status <destination> for what is there.',
  },
  deploy_undone: {
    status: 409,
    title: 'The deploy failed and was undone; the version before serves.',
    remedy: 'Mend what the details name, then deploy again.',
  },
  deploy_stuck: {
    status: 500,
    title: 'The deploy failed and could not be undone: a person is needed.',
    remedy:
      'See docs/delivering.md, "When a person is needed"; parstock status <destination> shows what serves.',
  },
  // The machine-learning runtime and models
  runtime_no_npm: {
    status: 503,
    title: 'npm was not found, which installs the machine-learning runtime.',
    remedy: 'Install npm, or bring the runtime with parstock models import; see docs/ml.md.',
  },
  runtime_registry_unreachable: {
    status: 503,
    title: 'The npm registry does not answer.',
    remedy:
      'Check the network and the proxy; without either, bring the runtime with parstock models import.',
  },
  runtime_registry_refused: {
    status: 503,
    title: 'The npm registry does not give the machine-learning runtime.',
    remedy: 'Check npm_config_registry and its credentials; the details hold its answer.',
  },
  runtime_registry_failed: {
    status: 503,
    title: 'The npm registry failed.',
    remedy: 'It is tried again by itself; the details hold its answer.',
  },
  runtime_wrong_package: {
    status: 503,
    title: 'A package of the machine-learning runtime is not the one that the lockfile names.',
    remedy: 'It was thrown away; if it happens again, look at the registry or proxy in between.',
  },
  runtime_not_loadable: {
    status: 503,
    title: 'The machine-learning runtime cannot be loaded on this machine.',
    remedy: 'It needs glibc 2.28 or newer on x64 or arm64, or macOS on arm64; see docs/ml.md.',
  },
  runtime_not_installed: {
    status: 503,
    title: 'The machine-learning runtime could not be installed.',
    remedy: 'It is tried again by itself; the details say how npm ended.',
  },
  runtime_too_slow: {
    status: 503,
    title: 'Installing the machine-learning runtime took too long.',
    remedy: 'It is tried again by itself; on a slow line bring it with parstock models import.',
  },
  cache_full: {
    status: 507,
    title: 'The disk of the cache folder is full.',
    remedy: 'Free space there, or name another folder with PARSTOCK_CACHE_DIR.',
  },
  cache_busy: {
    status: 503,
    title: 'Another process installs into the cache folder.',
    remedy: 'Wait until it is done; parstock status shows how far it is.',
  },
  model_unknown: {
    status: 404,
    title: 'There is no model by that name.',
    remedy: 'Choose one of those in the details; parstock models list shows them.',
  },
  model_not_installed: {
    status: 404,
    title: 'This model is not installed.',
    remedy: 'Install it with parstock models install.',
  },
  model_not_pinned: {
    status: 503,
    title: 'This model has a file without a known checksum, and the hub names none.',
    remedy: 'Use the hub that the model is published on, or another model.',
  },
  model_damaged: {
    status: 503,
    title: 'A file of the model is not the one that was pinned.',
    remedy: 'Fetch it again with parstock models install; look at the hub or proxy in between.',
  },
  model_not_in_folder: {
    status: 400,
    title: 'The folder holds no model and no runtime that this program knows.',
    remedy: 'See docs/ml.md for what to put there, and how.',
  },
  hub_unreachable: {
    status: 503,
    title: 'The model hub does not answer, or breaks off.',
    remedy: 'Check the network, the proxy and PARSTOCK_HUB_URL; or use parstock models import.',
  },
  hub_refused: {
    status: 503,
    title: 'The model hub does not allow this download.',
    remedy: 'Check PARSTOCK_HUB_TOKEN; the details hold its answer.',
  },
  hub_has_not: {
    status: 503,
    title: 'The model hub does not have this file at the pinned revision.',
    remedy: 'Check PARSTOCK_HUB_URL; a mirror may be incomplete.',
  },
  hub_busy: {
    status: 503,
    title: 'The model hub asks to wait.',
    remedy: 'It is tried again by itself, when the hub allows.',
  },
  // Backups
  nothing_to_back_up: {
    status: 409,
    title: 'There is no database to back up.',
    remedy:
      'Name the data folder with PARSTOCK_DATA_DIR, or the database with PARSTOCK_DATABASE_URL.',
  },
  backup_under_way: {
    status: 409,
    title: 'A backup is being made already.',
    remedy: 'Wait until it has ended; parstock backup list shows it then.',
  },
  backup_no_space: {
    status: 507,
    title: 'There is too little disk space for the backup.',
    remedy:
      'Free space in the folder named, or choose another PARSTOCK_BACKUP_DIR; nothing half-made was left.',
  },
  backup_not_verified: {
    status: 500,
    title: 'A restored copy of the backup differs from what was read.',
    remedy:
      'The file is not to be trusted; make another backup, and report this if it happens again.',
  },
  backup_not_recognised: {
    status: 422,
    title: 'The file is not a backup of this program.',
    remedy: 'Name a file that parstock backup wrote; parstock backup list shows them.',
  },
  backup_damaged: {
    status: 422,
    title: 'The backup was cut or changed after it had been written.',
    remedy: 'Use another copy of the file, or another backup; nothing was touched.',
  },
  backup_wrong_passphrase: {
    status: 422,
    title: 'The backup is encrypted with another passphrase.',
    remedy: 'Set PARSTOCK_BACKUP_PASSPHRASE, or its _FILE, to the one that it was made with.',
  },
  backup_too_new: {
    status: 422,
    title: 'The backup was made by a newer version of the program.',
    remedy:
      'Restore it with the version named in the details, or a later one; nothing was touched.',
  },
  backup_too_old: {
    status: 422,
    title: 'The backup is too old for this version of the program.',
    remedy: 'Restore it with the version named in the details, then upgrade; nothing was touched.',
  },
  database_still_used: {
    status: 409,
    title: 'Something is still connected to the database.',
    remedy: 'Stop the server and its workers, named in the details, and run the command again.',
  },
  restore_not_allowed: {
    status: 409,
    title: 'The database user may not make a database beside the present one.',
    remedy:
      'Grant it CREATEDB and the ownership, or make an empty database for it and name that with --into.',
  },
  restore_not_empty: {
    status: 409,
    title: 'The database to restore into is not empty.',
    remedy: 'Name an empty database with --into; what is there was not touched.',
  },
  nothing_to_undo: {
    status: 409,
    title: 'There is no database that a restore has set aside.',
    remedy: 'The details name where it was looked for; a backup can be restored again.',
  },
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
