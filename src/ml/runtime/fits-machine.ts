import { Refusal } from '../../contract/errors.ts';

/** What onnxruntime-node is built for: platform-arch, and the oldest glibc where it is Linux. */
const BUILT_FOR = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
const OLDEST_GLIBC = [2, 28] as const;

/** Refuses before a hundred megabytes are fetched that could not be loaded here. */
export function refuseForeignMachine(machine = thisMachine()): void {
  const { kind, glibc } = machine;
  const wanted = `${BUILT_FOR.join(', ')}; glibc ${OLDEST_GLIBC.join('.')} or newer on Linux`;
  if (!BUILT_FOR.includes(kind)) throw new Refusal('runtime_not_loadable', { found: kind, wanted });
  if (!kind.startsWith('linux')) return;
  const [major = 0, minor = 0] = (glibc ?? '').split('.').map(Number);
  const [oldest, oldestMinor] = OLDEST_GLIBC;
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return;
  const found = glibc ? `glibc ${glibc}` : 'a Linux without glibc, such as Alpine';
  throw new Refusal('runtime_not_loadable', { found, wanted });
}

function thisMachine(): { kind: string; glibc: string | null } {
  const kind = `${process.platform}-${process.arch}`;
  // The report asks the network for names otherwise, which may take seconds.
  (process.report as { excludeNetwork?: boolean }).excludeNetwork = true;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { kind, glibc: header.glibcVersionRuntime ?? null };
}
