import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { deployerEnvironment, type TestDestination } from './destination.ts';

const DEPLOYER = fileURLToPath(new URL('../processes/deployer.ts', import.meta.url));

/** One line of what a deployer tells of its work. */
export interface DeployerEvent {
  readonly began?: string;
  readonly ended?: string;
  readonly undoing?: string;
  readonly ok?: boolean;
  readonly note?: string;
  readonly way?: { readonly words: string; readonly wayBack: boolean };
  readonly outcome?: string;
  readonly digest?: string;
  readonly converged?: readonly string[];
  readonly failure?: { readonly step: string; readonly words: string } | null;
  readonly refused?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface DeployerEnd {
  /** Exit code; null when it was killed. */
  readonly code: number | null;
  readonly events: readonly DeployerEvent[];
  /** The last word: a delivery, or a refusal. */
  readonly last: DeployerEvent;
  /** All that it wrote, for whoever searches it. */
  readonly said: string;
}

export interface DeployerWords {
  readonly verb?: 'deploy' | 'rollback';
  readonly version: string;
  readonly smoke?: 'passes' | 'fails';
  readonly gate?: 'passes' | 'breached';
  readonly who?: string;
  readonly secret?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called at each event; the process may be killed there. */
  readonly onEvent?: (event: DeployerEvent, child: ChildProcess) => void;
}

/** Runs a deployer as a process of its own, to its end. */
export async function runDeployer(
  { file, name }: TestDestination,
  words: DeployerWords,
): Promise<DeployerEnd> {
  const { verb = 'deploy', version, smoke = 'passes', gate = 'passes', onEvent } = words;
  const child = spawn(process.execPath, [DEPLOYER, verb, file, name, version, smoke, gate], {
    env: {
      ...deployerEnvironment(words.secret),
      ...words.env,
      TEST_WHO: words.who ?? 'tester',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: DeployerEvent[] = [];
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    said += `${line}\n`;
    const event = JSON.parse(line) as DeployerEvent;
    events.push(event);
    onEvent?.(event, child);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const last = events.at(-1);
  if (code !== null && !last) throw new Error(`the deployer said nothing: ${said}`);
  return { code, events, last: last ?? {}, said };
}

/** What a customer sees: which version answers, and whether all is well. */
export async function servedVersion({ url }: TestDestination): Promise<string> {
  const answer = await fetch(`${url}/status`, { signal: AbortSignal.timeout(20_000) });
  if (!answer.ok) return `HTTP ${answer.status}`;
  return ((await answer.json()) as { version: string }).version;
}

/** Rows that were acknowledged, as the version that serves knows them. */
export async function storedRows({ url }: TestDestination): Promise<string[]> {
  const text = await (await fetch(`${url}/rows`)).text();
  return text.split('\n').filter(Boolean);
}

export async function storeRow({ url }: TestDestination, row: string): Promise<void> {
  const answer = await fetch(`${url}/rows`, { method: 'POST', body: row });
  if (!answer.ok) throw new Error(`the row was not stored: HTTP ${answer.status}`);
}

/** Customers who never stop: every answer must be good. */
export interface Customers {
  /** Ends them; gives how many answers they got, and what was wrong. */
  stop(): Promise<{ answers: number; faults: string[] }>;
}

export function startCustomers({ url }: TestDestination, count = 4): Customers {
  const faults: string[] = [];
  let answers = 0;
  let stopped = false;
  const shop = async (who: number) => {
    for (let i = 0; !stopped; i++) {
      const body = `${who}-${i}`;
      try {
        const answer = await fetch(`${url}/echo`, { method: 'POST', body });
        const told = (await answer.json()) as { body: string };
        if (!answer.ok || told.body !== body) faults.push(`HTTP ${answer.status} for ${body}`);
        answers += 1;
      } catch (error) {
        faults.push(String((error as Error).cause ?? error));
      }
    }
  };
  const all = Array.from({ length: count }, (_, who) => shop(who));
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(all);
      return { answers, faults };
    },
  };
}
