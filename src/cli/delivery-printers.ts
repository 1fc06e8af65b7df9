import type { HostStatus, PlannedDelivery } from '../deploy/index.ts';
import { textTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Prints what a deploy would do. */
export async function printPlan(
  plan: PlannedDelivery,
  { json, terminal }: { json: boolean; terminal: Terminal },
): Promise<void> {
  if (json) {
    await terminal.out(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const { version, digest, way, serving, steps, unfinished } = plan;
  const lines = [
    `takes   ${version} (${digest})`,
    `serves  ${serving ? `${serving.version} (${serving.digest})` : 'nothing yet'}`,
    `data    ${way.words}`,
    ...(unfinished.length > 0 ? [`first   takes back ${unfinished.join(', ')}`] : []),
    ...steps.map(({ title }, i) => `${String(i + 1).padStart(6)}  ${title}`),
  ];
  await terminal.out(lines.map((line) => `${line}\n`).join(''));
}

/** How a destination is, host by host, with the versions that it can go back to. */
export function hostStatusText(statuses: readonly HostStatus[]): string {
  return statuses.map(oneHost).join('\n');
}

function oneHost(status: HostStatus): string {
  const { host, serving, route, proxy, lease, unfinished, versions, last } = status;
  const facts = [
    ['host', host],
    ['serves', serving ? `${serving.version} (${serving.digest})` : 'nothing'],
    ['container', serving ? `${serving.container}, since ${serving.since}` : '–'],
    ['ready', serving?.ready ? 'yes' : 'no'],
    ['proxy', proxy ? (route ?? 'no route') : 'does not run'],
    [
      'lease',
      lease ? `${lease.owner.who} on ${lease.owner.machine}, ${lease.owner.doing}` : 'free',
    ],
    [
      'last deploy',
      last ? [last.id, last.outcome ?? 'unfinished', last.note].filter(Boolean).join(', ') : '–',
    ],
    ...(unfinished.length > 0
      ? [['unfinished', `${unfinished.join(', ')}: the next deploy brings it to an end`]]
      : []),
  ];
  const width = Math.max(...facts.map(([name]) => name!.length));
  const head = facts.map(([name, value]) => `${name!.padEnd(width)}  ${value}\n`).join('');
  if (versions.length === 0) return head;
  const columns = [{ title: 'version' }, { title: 'digest' }, { title: 'deployed' }];
  const rows = versions.map(({ version, digest, since }) => [version, digest, since]);
  return `${head}\n${textTable(columns, rows)}`;
}
