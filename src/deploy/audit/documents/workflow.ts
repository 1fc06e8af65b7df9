import { posix } from 'node:path';
import { parseShell, type ShellScript } from './shell.ts';
import { at, entriesOf, itemsOf, textOf, textsOf, type YamlNode } from './yaml-document.ts';

export interface WorkflowStep {
  readonly name: string;
  readonly line: number;
  readonly uses?: { readonly name: string; readonly line: number };
  readonly run?: { readonly text: string; readonly line: number; readonly script: ShellScript };
  readonly shell?: string;
  readonly condition?: string;
  readonly with: ReadonlyMap<
    string,
    { readonly value: string; readonly line: number; readonly textLine: number }
  >;
  readonly env: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
}

export interface WorkflowJob {
  readonly id: string;
  readonly name: string;
  readonly line: number;
  readonly steps: readonly WorkflowStep[];
  /** A reusable workflow that is the whole job. */
  readonly uses?: { readonly name: string; readonly line: number };
  /** What a reusable workflow is given. */
  readonly with: WorkflowStep['with'];
  readonly environment?: { readonly name: string; readonly line: number };
  readonly concurrency?: Concurrency;
  readonly permissions?: Permissions;
  readonly runsOn: readonly string[];
  readonly needs: readonly string[];
  readonly condition?: string;
}

export interface Concurrency {
  readonly group: string;
  readonly cancels: boolean;
  readonly line: number;
}

/** Scopes with their level; `all` for read-all and write-all. */
export interface Permissions {
  readonly line: number;
  readonly all?: string;
  readonly scopes: ReadonlyMap<string, { readonly level: string; readonly line: number }>;
}

export interface Workflow {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly kind: 'workflow' | 'action';
  readonly events: ReadonlyMap<string, YamlNode | undefined>;
  readonly jobs: readonly WorkflowJob[];
  readonly concurrency?: Concurrency;
  readonly permissions?: Permissions;
}

export const workflowFile = /^\.github\/workflows\/[^/]+\.ya?ml$/;
export const actionFile = /(^|\/)action\.ya?ml$/;

/** A workflow, or a composite action as one job; undefined when the document is neither. */
export function readWorkflow(file: string, root: YamlNode): Workflow | undefined {
  const line = root.line;
  const name = textOf(at(root, 'name')) ?? posix.basename(file);
  if (!workflowFile.test(file)) {
    const steps = readSteps(at(root, 'runs', 'steps'));
    if (steps.length === 0) return undefined;
    const job = { id: 'runs', name, line, steps, with: new Map(), runsOn: [], needs: [] };
    return { file, name, line, kind: 'action', events: new Map(), jobs: [job] };
  }
  const jobs = entriesOf(at(root, 'jobs')).map(([id, entry]) => readJob(id, entry));
  const on = at(root, 'on') ?? at(root, 'true');
  const events =
    on?.kind === 'map'
      ? entriesOf(on).map(([event, { node }]) => [event, node] as const)
      : textsOf(on).map((event) => [event, undefined] as const);
  return {
    file,
    name,
    line,
    kind: 'workflow',
    events: new Map(events),
    jobs,
    concurrency: readConcurrency(root),
    permissions: readPermissions(root),
  };
}

function readJob(id: string, { node, line }: { node: YamlNode; line: number }): WorkflowJob {
  const uses = located(node, 'uses');
  const environment = located(node, 'environment') ?? located(at(node, 'environment'), 'name');
  return {
    id,
    name: textOf(at(node, 'name')) ?? id,
    line,
    steps: readSteps(at(node, 'steps')),
    ...(uses ? { uses } : {}),
    with: valuesOf(at(node, 'with')),
    ...(environment ? { environment } : {}),
    concurrency: readConcurrency(node),
    permissions: readPermissions(node),
    runsOn: textsOf(at(node, 'runs-on', 'labels') ?? at(node, 'runs-on')),
    needs: textsOf(at(node, 'needs')),
    condition: textOf(at(node, 'if')),
  };
}

function located(
  node: YamlNode | undefined,
  key: string,
): { name: string; line: number } | undefined {
  const entry = node?.kind === 'map' ? node.entries.get(key) : undefined;
  const name = textOf(entry?.node);
  return entry && name !== undefined ? { name, line: entry.line } : undefined;
}

function readSteps(node: YamlNode | undefined): WorkflowStep[] {
  return itemsOf(node).map((step) => {
    const run = at(step, 'run');
    const text = textOf(run);
    const textLine = run?.kind === 'scalar' ? run.textLine : step.line;
    const uses = located(step, 'uses');
    const shell = textOf(at(step, 'shell'));
    const isShell = !shell || /^(ba)?sh\b/.test(shell);
    return {
      name: textOf(at(step, 'name')) ?? '',
      line: step.line,
      ...(uses ? { uses } : {}),
      ...(text !== undefined
        ? { run: { text, line: textLine, script: parseShell(isShell ? text : '', textLine) } }
        : {}),
      ...(shell ? { shell } : {}),
      condition: textOf(at(step, 'if')),
      with: valuesOf(at(step, 'with')),
      env: valuesOf(at(step, 'env')),
    };
  });
}

function valuesOf(node: YamlNode | undefined) {
  return new Map(
    entriesOf(node).map(([name, { node: value, line }]) => [
      name,
      {
        value: textOf(value) ?? '',
        line,
        textLine: value.kind === 'scalar' && value.textLine > value.line ? value.textLine : line,
      },
    ]),
  );
}

function readConcurrency(node: YamlNode): Concurrency | undefined {
  const entry = node.kind === 'map' ? node.entries.get('concurrency') : undefined;
  if (!entry) return undefined;
  return {
    line: entry.line,
    group: textOf(at(entry.node, 'group')) ?? textOf(entry.node) ?? '',
    cancels: textOf(at(entry.node, 'cancel-in-progress')) === 'true',
  };
}

function readPermissions(node: YamlNode): Permissions | undefined {
  const entry = node.kind === 'map' ? node.entries.get('permissions') : undefined;
  if (!entry) return undefined;
  const scopes = entriesOf(entry.node).map(
    ([scope, { node: level, line }]) => [scope, { level: textOf(level) ?? '', line }] as const,
  );
  return { line: entry.line, all: textOf(entry.node), scopes: new Map(scopes) };
}
