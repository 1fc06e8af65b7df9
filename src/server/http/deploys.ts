import type { DeployList } from '../../contract/index.ts';
import type { ActionContext } from '../actions/context.ts';
import { listDeploys as list } from '../actions/deploys.ts';
import type { Exchange } from './services.ts';

/** The history, and beside it what really answers: the two may differ after a rollback by hand. */
export async function listDeploys(
  context: ActionContext,
  _input: unknown,
  { services }: Exchange,
): Promise<DeployList> {
  const { programVersion: version, startedAt: since, config } = services;
  const serving = { version, image: config.image, since };
  return { serving, items: await list(context) };
}
