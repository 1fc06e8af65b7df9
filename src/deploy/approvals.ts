import { z } from 'zod';
import { appendLine, readFile } from './commands/folder.ts';
import type { Host } from './hosts/host.ts';
import { runChecked } from './hosts/run-checked.ts';

const APPROVALS_FILE = 'approvals.jsonl';

const approvalSchema = z.object({
  digest: z.string(),
  by: z.string(),
  at: z.string(),
  /** False takes an earlier approval back. */
  given: z.boolean(),
});

/** Somebody's word that a digest may go to a destination. It lies with the destination, on its first host. */
export type Approval = z.infer<typeof approvalSchema>;

/** Writes an approval down, or takes one back. Needs no lease: a deploy at work is not disturbed. */
export async function writeApproval(
  host: Host,
  { folder, approval }: { folder: string; approval: Approval },
): Promise<void> {
  await runChecked(host, appendLine(folder, '', APPROVALS_FILE), {
    doing: 'writing the approval',
    input: JSON.stringify(approval),
  });
}

/** The approval of a digest that holds now: the last word counts. */
export async function findApproval(
  host: Host,
  { folder, digest }: { folder: string; digest: string },
): Promise<Approval | undefined> {
  const { stdout } = await host.run(readFile(`${folder}/${APPROVALS_FILE}`));
  const last = stdout
    .split('\n')
    .flatMap((line) => readApproval(line) ?? [])
    .findLast((one) => one.digest === digest);
  return last?.given ? last : undefined;
}

function readApproval(line: string): Approval | undefined {
  try {
    return approvalSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
