import { isDead, leaseOwner, newDeployId } from '../../../src/cli/delivery.ts';
import {
  type Destination,
  deployVersion,
  productChecks,
  readDeployment,
  rollBack,
} from '../../../src/deploy/index.ts';

/*
 * A deployer in a process of its own, for tests that kill it. The product's smoke tests and accuracy
 * gate are stood in for by checks of the stand-in server; everything else is what the verbs run.
 */
const [verb, file, name, version, smoke = 'passes', gate = 'passes'] = process.argv.slice(2);
const around = {
  deployment: readDeployment(file!),
  env: process.env,
  now: () => new Date(),
  who: process.env.TEST_WHO ?? 'tester',
};
const said = (words: object) => process.stdout.write(`${JSON.stringify(words)}\n`);
const request = {
  owner: leaseOwner(around, `${verb} ${version}`),
  isDead,
  checksFor: ({ settings }: Destination) => ({
    ...productChecks(settings),
    smoke: async ({ url }: { url: string }) => ({
      ok: (await fetch(`${url}/live`)).ok && smoke === 'passes',
      words: `live, ${smoke}`,
    }),
    measure: async () => 'measured',
    gate: async () => ({ ok: gate === 'passes', words: gate! }),
  }),
  listener: {
    began: ({ name: step }: { name: string }) => said({ began: step }),
    ended: ({ name: step }: { name: string }, result: object) => said({ ended: step, ...result }),
    undoing: (step: string) => said({ undoing: step }),
  },
  newId: () => newDeployId(around.now()),
  signal: new AbortController().signal,
  say: () => undefined,
  announce: (way: object) => said({ way }),
  again: false,
};
try {
  const delivery =
    verb === 'rollback'
      ? await rollBack(around, { ...request, name: name!, version: version || undefined })
      : await deployVersion(around, { ...request, name: name!, version: version! });
  said(delivery);
  process.exitCode = { done: 0, already: 0, undone: 1, stuck: 3 }[delivery.outcome];
} catch (error) {
  const { code, details, message } = error as { code?: string; details?: object; message: string };
  said({ refused: code ?? message, details });
  process.exitCode = 1;
}
