import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { Refusal } from '../../contract/errors.ts';
import { complaintsOf } from './complaints.ts';
import { nearestName } from './nearest-name.ts';
import { type Deployment, type DestinationSettings, deploymentSchema } from './schema.ts';

/** Reads deploy.yml; refuses deploy_config_invalid with the path of every fault. */
export function readDeployment(file: string): Deployment {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code;
    throw new Refusal('file_not_readable', { where: file, found }, { cause });
  }
  return parseDeployment(text, file);
}

/** The same, from a text. */
export function parseDeployment(text: string, file: string): Deployment {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    const where = line === undefined ? file : `${file}:${line}`;
    throw new Refusal('deploy_config_invalid', { where, found: error.message.split('\n')[0] });
  }
  const input: unknown = document.toJS();
  const parsed = deploymentSchema.safeParse(input);
  if (parsed.success) return withoutContradiction(parsed.data, file);
  const found = complaintsOf(parsed.error.issues, { input, schema: deploymentSchema });
  throw new Refusal('deploy_config_invalid', { where: file, found });
}

/** What no single key can say: which of them need one another. */
function withoutContradiction(deployment: Deployment, file: string): Deployment {
  const found = Object.entries(deployment.destinations).flatMap(([name, settings]) =>
    contradictions(settings).map((words) => `destinations/${name}/${words}`),
  );
  if (found.length > 0) throw new Refusal('deploy_config_invalid', { where: file, found });
  return deployment;
}

function contradictions(settings: DestinationSettings): string[] {
  const { mode, hosts, environment, secrets, tls, domain, volumes } = settings;
  const named = (name: string) => name in environment || name in secrets;
  const found: string[] = [];
  if (mode === 'embedded' && hosts.length > 1)
    found.push('hosts: should be one host with mode embedded: its database lives on that host');
  if (mode === 'embedded' && named('PARSTOCK_DATABASE_URL'))
    found.push('mode: should be external where PARSTOCK_DATABASE_URL is given, found embedded');
  if (mode === 'external' && !named('PARSTOCK_DATABASE_URL'))
    found.push('secrets: should name PARSTOCK_DATABASE_URL with mode external');
  if ('PARSTOCK_DATABASE_URL' in environment)
    found.push(
      'environment/PARSTOCK_DATABASE_URL: should stand under secrets: it holds a password',
    );
  if (tls && domain === undefined)
    found.push('domain: should be given with tls: a certificate is for a name');
  if (volumes.data?.startsWith('/'))
    found.push('volumes/data: should be a volume name: a copy of it is made at each deploy');
  for (const [name, value] of Object.entries(environment))
    if (/[\r\n\0]/.test(String(value)))
      found.push(`environment/${name}: should be one line, found several`);
  for (const name of Object.keys(secrets))
    if (name in environment) found.push(`secrets/${name}: should stand in one place, found two`);
  return found;
}

/** The settings of a destination; refuses a name that is not in the file. */
export function settingsOf(deployment: Deployment, name: string): DestinationSettings {
  const settings = deployment.destinations[name];
  if (settings !== undefined && Object.hasOwn(deployment.destinations, name)) return settings;
  const known = Object.keys(deployment.destinations);
  const near = nearestName(name, known);
  throw new Refusal('destination_unknown', {
    found: name,
    wanted: near ? `did you mean ${near}?` : `one of ${known.join(', ')}`,
  });
}
