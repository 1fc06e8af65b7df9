import { posix } from 'node:path';
import type { ShellScript } from '../documents/shell.ts';
import type { Facts } from './facts.ts';

export interface SetupScript {
  readonly file: string;
  readonly script: ShellScript;
  /** It runs at every start of a container. */
  readonly start: boolean;
}

const setupName =
  /(^|[-_.])(entry-?point|init|setup|bootstrap|seed|provision|first-?run|start|run|migrate|install|deploy|release|prestart|pre-start|prepare|prepare-db|db)([-_.]|$)/i;
const developing =
  /(^|\/)(\.github|\.husky|\.devcontainer|hack|dev|development|ci|\.circleci|\.gitlab|tools?|packaging|debian|rpm|git-hooks|hooks|\.buildkite)\//i;

const cache = new WeakMap<Facts, readonly SetupScript[]>();

/** Scripts on the way from container start to first listen, and those named for setting up. */
export function setupScriptsOf(facts: Facts): readonly SetupScript[] {
  const known = cache.get(facts);
  if (known) return known;
  const found = new Map<string, SetupScript>();
  for (const { start, development } of facts.containers)
    for (const { file, script } of start.files)
      if (script && !development) found.set(file, { file, script, start: true });
  for (const [file, script] of facts.scripts)
    if (!found.has(file) && isEntrypointName(file)) found.set(file, { file, script, start: true });
    else if (!found.has(file) && setupName.test(posix.basename(file)) && !developing.test(file))
      found.set(file, { file, script, start: false });
  const list = [...found.values()];
  cache.set(facts, list);
  return list;
}

function isEntrypointName(file: string): boolean {
  return (
    /(^|[-_.])entry-?point([-_.]|$)/i.test(posix.basename(file)) &&
    !developing.test(file) &&
    !/dev|test|local/i.test(posix.basename(file))
  );
}

export interface InitProgram {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

const programName =
  /(^|[-_.])(seeds?|setup|init(ial)?(ial)?([-_]?(data|db))?|bootstrap|first[-_]?run|populate|prestart|install|provision|startup)([-_.]|$)/i;
const emptiness = [
  /\bif\b.*\.objects\b[^:]*\.(count\(\)\s*(==|<=|<|===)\s*[01]|exists\(\))/,
  /\bif\b.*(\bnot\b|!).*(\.first\(\)|\.exists\(|findFirst\(|os\.path\.exists\(|os\.path\.isfile\(|existsSync\(|\.is_file\(|\.any\?|File\.exist\?)/,
  /\bif\b.*(\.count\(\)|\.count|len\([^)]*\)|rowCount|\.length)\s*(==|===|<)\s*[01]\b/,
  /\bif\b.*\.(empty\?|none\?)/,
  /\b(unless|return if)\b.*\.(any\?|exists\?|count)/,
  /\b(return|exit).*\bif\b.*\.(any\?|exists\?)/,
];
const working =
  /\b(create|insert|seed|load|populate|add|save|bulk_create|createMany|execute|migrate|import|setup|init|write)[A-Za-z_!]*\s*[({]|\b(create|insert|seed|load|populate|save|import|setup|init)\w*!?\b/i;

/** Programs that run before the server, or are named for setting up, and look whether there is anything. */
export function initProgramsOf(facts: Facts): InitProgram[] {
  const started = facts.containers.flatMap(({ start, development }) =>
    development
      ? []
      : start.files.flatMap(({ file, kind }) =>
          kind === 'program' && !isServer(file) ? file : [],
        ),
  );
  const named = facts.repository.files.filter(
    (file) =>
      /\.(py|rb|m?js|ts)$/.test(file) &&
      programName.test(posix.basename(file).replace(/\.\w+$/, '')) &&
      isNearDeployment(file) &&
      !developing.test(file),
  );
  return [...new Set([...started, ...named])].flatMap((file) => {
    const lines = facts.repository.lines(file);
    const at = lines.findIndex(
      (line, i) =>
        isEmptinessTest(line, started.includes(file)) &&
        working.test(lines.slice(i + 1, i + 9).join('\n')),
    );
    return at < 0 ? [] : [{ file, line: at + 1, what: lines[at]!.trim().slice(0, 100) }];
  });
}

/** A program that only bears a set-up's name may ask for any file; one that asks a database is meant. */
function isEmptinessTest(line: string, isStarted: boolean): boolean {
  if (
    !isStarted &&
    /exists(Sync)?\(|isfile\(|is_file\(|File\./.test(line) &&
    !/objects|\bdb\b|sqlite|\.exists\(\)|init|seed|marker/i.test(line)
  )
    return false;
  return (
    line.length < 300 &&
    !/^\s*(#|\/\/|\*)/.test(line) &&
    emptiness.some((form) => form.test(line)) &&
    !/node_modules|config|\.env|__init__|mkdir|makedirs/i.test(line)
  );
}

function isServer(file: string): boolean {
  return /^(server|main|index|app|manage|wsgi|asgi)\.\w+$/.test(posix.basename(file));
}

/** Of a stranger's whole source tree only what is laid out as set-up is looked at. */
function isNearDeployment(file: string): boolean {
  return (
    /(^|\/)(scripts?|docker|deploy|deployment|bin|db|prisma|database)\//.test(file) &&
    !/(^|\/)src\/(?!(db|database|scripts)\/)/.test(file) &&
    !/(^|\/)(tests?|__tests__|node_modules|migrations|docs?|examples?)\//i.test(file)
  );
}
