import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Customers of a server, in a process of their own: keep-alive connections, half of them sending a body,
 * every answer checked. Told to end by a signal, it prints what it saw as JSON.
 */

const [url, key, clientWords, pauseWords] = process.argv.slice(2);
const clients = Number(clientWords);
const pause = Number(pauseWords);
const PATIENCE_MILLISECONDS = 60_000;

const seen = {
  answers: 0,
  posts: 0,
  faults: [] as { at: number; words: string }[],
  /** Longest answer, milliseconds. */
  longest: 0,
  /** The version of each answer that was another than the one before. */
  changes: [] as { at: number; version: string }[],
  lastSeen: {} as Record<string, number>,
};
let stopped = false;

process.on('SIGTERM', () => {
  stopped = true;
});
process.stdout.write('ready\n');
await Promise.all(Array.from({ length: clients }, (_, who) => shop(who)));
process.stdout.write(`${JSON.stringify(seen)}\n`);

async function shop(who: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await sleep((who / clients) * pause);
  for (let i = 0; !stopped; i++) {
    const began = performance.now();
    try {
      if (who % 2 === 0) await read(agent);
      else await write(agent, `load-${who}-${i % 3}`);
      seen.answers += 1;
    } catch (error) {
      seen.faults.push({ at: Date.now(), words: (error as Error).message });
    }
    seen.longest = Math.max(seen.longest, performance.now() - began);
    await sleep(pause);
  }
  agent.destroy();
}

async function read(agent: Agent): Promise<void> {
  const { status, text } = await ask(agent, { method: 'GET', path: '/status' });
  if (status !== 200) throw new Error(`GET answered ${status}: ${text.slice(0, 100)}`);
  const { version } = JSON.parse(text) as { version: string };
  const at = Date.now();
  if (seen.changes.at(-1)?.version !== version) seen.changes.push({ at, version });
  seen.lastSeen[version] = at;
}

/** A record of the deploy history is sent and must come back as it was taken down. */
async function write(agent: Agent, id: string): Promise<void> {
  const at = new Date().toISOString();
  const body = JSON.stringify({
    ...{ id, kind: 'deploy', destination: 'load', state: 'succeeded', version: '0.0.0' },
    ...{ image: null, digest: 'none', previousDigest: null, by: 'load', reason: null },
    ...{ startedAt: at, finishedAt: at, steps: [], smoke: null, gate: null },
  });
  const { status, text } = await ask(agent, { method: 'POST', path: '/api/v1/deploys', body });
  if (status >= 300) throw new Error(`POST answered ${status}: ${text.slice(0, 100)}`);
  const told = JSON.parse(text) as { id: string; startedAt: string };
  if (told.id !== id || told.startedAt !== at) throw new Error('POST answered something else');
  seen.posts += 1;
}

function ask(
  agent: Agent,
  { method, path, body }: { method: string; path: string; body?: string },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { authorization: `Bearer ${key}` };
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    const sent = request(`${url}${path}`, { agent, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    sent.setTimeout(PATIENCE_MILLISECONDS, () => sent.destroy(new Error('no answer in 60 s')));
    sent.on('error', reject);
    sent.end(body);
  });
}
