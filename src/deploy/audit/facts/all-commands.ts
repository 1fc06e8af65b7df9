import type { ShellCommand } from '../documents/shell.ts';
import { placedSteps } from './deploy-jobs.ts';
import type { Facts } from './facts.ts';

/** A command anywhere in the repository, and on whose machine it runs. */
export interface AnyCommand {
  readonly file: string;
  readonly command: ShellCommand;
  /** A machine that others use too: a host, a runner of one's own, whoever starts a script. */
  readonly lasting: boolean;
  readonly source: 'workflow' | 'script';
}

/** Every command of the workflows and of the shell scripts. */
export function* allCommands({ workflows, scripts }: Facts): Generator<AnyCommand> {
  const byFile = new Map(workflows.map((workflow) => [workflow.file, workflow]));
  for (const workflow of workflows)
    for (const job of workflow.jobs) {
      const ownRunner = job.runsOn.some((label) => /self-hosted/.test(label));
      for (const { file, commands } of placedSteps(job.steps, {
        file: workflow.file,
        byFile,
        depth: 4,
      }))
        for (const { command, remote } of commands)
          yield {
            file,
            command,
            lasting: remote || ownRunner || command.via.includes('ssh'),
            source: 'workflow',
          };
    }
  for (const [file, script] of scripts)
    for (const command of script.commands) yield { file, command, lasting: true, source: 'script' };
}
