import type { ErrorEntry } from './errors.ts';

/** Refusals of machine learning's runtime and models, and of backups: a part of the one catalogue. */
export const operationErrors = {
  // The machine-learning runtime and models
  runtime_no_npm: {
    status: 503,
    title: 'The machine has no npm, which installs the machine-learning runtime.',
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
} as const satisfies Record<string, ErrorEntry>;
