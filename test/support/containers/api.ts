import type { Container } from './docker.ts';

/** Who sets up a company in the tests. */
export const ada = { email: 'ada@example.com', password: 'correct horse battery' };
/** The same by way of the environment. */
export const byEnvironment = {
  PARSTOCK_ADMIN_EMAIL: ada.email,
  PARSTOCK_ADMIN_PASSWORD: ada.password,
};

/** The API of a container. */
export interface Api {
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Signs in, and asks as that person from then on. */
export async function signIn({ url }: Container, who = ada): Promise<Api> {
  const headers = { 'content-type': 'application/json', origin: url };
  const body = JSON.stringify(who);
  const session = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body });
  if (!session.ok) throw new Error(`sign-in: ${session.status} ${await session.text()}`);
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    ask: async <T>(method: string, path: string, sent?: unknown) => {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { ...headers, cookie },
        body: sent === undefined ? undefined : JSON.stringify(sent),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
}

interface Run {
  readonly id: string;
  readonly state: string;
  readonly series: { readonly done: number; readonly total: number };
}

/** Asks for a forecast run over the catalogue, and waits for its end. */
export async function forecastAll(api: Api): Promise<Run> {
  const { id } = await api.ask<Run>('POST', '/runs', {});
  return await untilFinished(api, id);
}

/** The run that demo data come with. */
export async function firstRun(api: Api): Promise<Run> {
  for (let tries = 0; tries < 100; tries++) {
    const { items } = await api.ask<{ items: Run[] }>('GET', '/runs');
    const run = items.at(-1);
    if (run) return await untilFinished(api, run.id);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the demo data came without a run');
}

async function untilFinished(api: Api, id: string): Promise<Run> {
  for (let tries = 0; tries < 600; tries++) {
    const run = await api.ask<Run>('GET', `/runs/${id}`);
    if (run.state === 'completed') return run;
    if (run.state === 'failed' || run.state === 'cancelled') throw new Error(JSON.stringify(run));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`run ${id} did not finish`);
}
