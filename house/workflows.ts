import { readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { readProjectFile, root } from './source-files.ts';

/*
 * The part of GitHub's workflow syntax that this project uses, strictly: a misspelt key is silently
 * ignored there, and found here.
 */
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const access = z.enum(['read', 'write', 'none']);
const permissions = z.strictObject({
  actions: access.optional(),
  attestations: access.optional(),
  contents: access.optional(),
  'id-token': access.optional(),
  packages: access.optional(),
});
const variables = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), scalar);
const common = {
  name: z.string().optional(),
  id: z
    .string()
    .regex(/^[a-z][\w-]*$/)
    .optional(),
  if: z.string().optional(),
  env: variables.optional(),
};
const step = z.union([
  z.strictObject({ ...common, run: z.string() }),
  z.strictObject({ ...common, uses: z.string(), with: z.record(z.string(), scalar).optional() }),
]);
const job = z.strictObject({
  needs: z.string().optional(),
  'runs-on': z.string(),
  'timeout-minutes': z.int().min(1).max(120),
  environment: z.string().optional(),
  permissions,
  env: variables.optional(),
  outputs: z.record(z.string(), z.string()).optional(),
  steps: z.array(step).min(1),
});
const input = z.strictObject({
  description: z.string(),
  required: z.boolean(),
  type: z.literal('string'),
});

export const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z
      .strictObject({
        branches: z.array(z.string()).optional(),
        tags: z.array(z.string()).optional(),
      })
      .optional(),
    pull_request: z.null().optional(),
    workflow_dispatch: z
      .strictObject({ inputs: z.record(z.string(), input).optional() })
      .optional(),
  }),
  permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(z.string().regex(/^[a-z][a-z-]*$/), job),
});

export type Workflow = z.infer<typeof workflowSchema>;
export type WorkflowStep = z.infer<typeof step>;

const FOLDER = '.github/workflows';

/** The names of this repository's workflows, without the ending. */
export function workflowNames(): string[] {
  return readdirSync(`${root}/${FOLDER}`).map((file) => file.replace(/\.yml$/, ''));
}

/** A workflow as text, and as what it says; throws where it says what the syntax does not know. */
export function readWorkflow(name: string): { text: string; workflow: Workflow } {
  const text = readProjectFile(`${FOLDER}/${name}.yml`);
  return { text, workflow: parseWorkflow(text) };
}

export function parseWorkflow(text: string): Workflow {
  return workflowSchema.parse(parse(text));
}

/** What is wrong with a workflow beyond its syntax, one line each. */
export function complaintsAbout({
  text,
  workflow,
}: {
  text: string;
  workflow: Workflow;
}): string[] {
  const found: string[] = [];
  if (Object.keys(workflow.permissions).length > 0)
    found.push('permissions: each job says what it needs, the workflow gives none');
  if (workflow.concurrency['cancel-in-progress'])
    found.push('concurrency: what is under way is not cancelled');
  for (const [name, { steps, permissions: given, env }] of Object.entries(workflow.jobs)) {
    if (given.contents !== 'read') found.push(`${name}: contents is read, and no more`);
    for (const value of Object.values(env ?? {}))
      if (/secrets\./.test(String(value))) found.push(`${name}: a secret for every step`);
    found.push(...steps.flatMap((one) => complaintsAboutStep(name, { one, text })));
  }
  return found;
}

function complaintsAboutStep(
  job: string,
  { one, text }: { one: WorkflowStep; text: string },
): string[] {
  if ('run' in one) {
    // What is pasted into a script is run; what stands in a variable is read.
    const pasted = one.run.includes('${{') ? [`${job}: an expression inside run`] : [];
    const gone = one.run.includes('|| true') ? [`${job}: a failure that is swept away`] : [];
    return [...pasted, ...gone];
  }
  const found: string[] = [];
  if (!/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(one.uses))
    found.push(`${job}: ${one.uses} is not pinned by commit`);
  if (!new RegExp(`${one.uses} # v\\d+\\.\\d+\\.\\d+\\n`).test(text))
    found.push(`${job}: ${one.uses} does not say which version it is`);
  if (one.uses.startsWith('actions/checkout@') && one.with?.['persist-credentials'] !== false)
    found.push(`${job}: checkout leaves its token behind`);
  return found;
}

/** Every identifier after `inputs.`, `steps.x.outputs.` and `needs.` that the workflow refers to. */
export function expressionsIn(text: string): string[] {
  return [...text.matchAll(/\$\{\{\s*(.+?)\s*\}\}/g)].map(([, expression]) => expression!);
}
