import type { Disagreement } from '../documents/locks/disagreement.ts';
import type { Draft } from '../finding.ts';
import type { Facts } from './facts.ts';
import type { LockTool } from './lockfiles.ts';

const commands: Readonly<Record<LockTool, { remake: string; strict: string }>> = {
  npm: { remake: 'npm install --package-lock-only', strict: 'npm ci' },
  pnpm: { remake: 'pnpm install --lockfile-only', strict: 'pnpm install --frozen-lockfile' },
  yarn: {
    remake: 'yarn install',
    strict: 'yarn install --immutable (--frozen-lockfile in yarn 1)',
  },
  uv: { remake: 'uv lock', strict: 'uv sync --locked' },
  poetry: { remake: 'poetry lock', strict: 'poetry check --lock' },
};

/** The disagreements of one tool's lockfiles; many of one kind become one finding. */
export function* lockDrafts({ codebases }: Facts, tool: LockTool): Generator<Draft> {
  const { remake, strict } = commands[tool];
  const fix = `Run \`${remake}\`, commit the lockfile, and let CI run \`${strict}\`.`;
  for (const { disagreements, tool: own } of codebases) {
    if (own !== tool) continue;
    for (const [, group] of Map.groupBy(disagreements, ({ file, kind }) => `${file} ${kind}`)) {
      const shown = group.length > 6 ? group.slice(0, 5) : group;
      for (const each of shown)
        yield {
          file: each.file,
          line: each.line,
          message: each.message,
          fix,
          severity: severityOf(each),
        };
      const rest = group.slice(shown.length);
      if (rest.length > 0) {
        const names = rest.slice(0, 8).map(({ name }) => name);
        const message = `and ${rest.length} more, ${rest[0]!.kind}: ${names.join(', ')}${rest.length > 8 ? ' …' : ''}`;
        yield {
          file: rest[0]!.file,
          line: rest[0]!.line,
          message,
          fix,
          severity: severityOf(rest[0]!),
        };
      }
    }
  }
}

function severityOf({ kind }: Disagreement): 'error' | 'warning' {
  return kind === 'other range, still satisfied' ? 'warning' : 'error';
}
