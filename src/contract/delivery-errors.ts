import type { ErrorEntry } from './errors.ts';

/** Refusals of delivery: a part of the one catalogue in errors.ts. */
export const deliveryErrors = {
  deploy_config_invalid: {
    status: 422,
    title: 'The file deploy.yml cannot be used as it is.',
    remedy: 'Correct what the details name; docs/delivering.md shows every key in an example.',
  },
  destination_unknown: {
    status: 404,
    title: 'There is no such destination in deploy.yml.',
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
    status: 503,
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
} as const satisfies Record<string, ErrorEntry>;
