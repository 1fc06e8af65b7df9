import type { ShellCommand } from '../documents/shell.ts';
import type { Repository } from '../repository/repository.ts';
import type { StartFile, StartPath } from './steps-before-listen.ts';

export interface HeavyWork {
  readonly kind: 'install' | 'build' | 'download';
  readonly what: string;
  readonly file: string;
  readonly line: number;
  readonly conditional: boolean;
}

const installs: readonly RegExp[] = [
  /^(apt|apt-get|aptitude|yum|dnf|microdnf|zypper)\b.*\b(install|upgrade|dist-upgrade)\b/,
  /^apk\b.*\badd\b/,
  /^(pip[\d.]*|pipx)\b.*\binstall\b/,
  /^python[\d.]* -m pip\b.*\binstall\b/,
  /^uv\b.*\b(sync|pip install)\b/,
  /^(poetry|pipenv|pdm|composer|bundle|bundler|gem|conda|mamba|micromamba|cpan|mix deps\.get)\b.*\b(install|sync|update|create|deps\.get)\b/,
  /^npm\b.*\b(ci|install|i)\b/,
  /^(pnpm|bun)\b.*\b(install|i)\b/,
  /^yarn( install\b.*)?( --[\w-]+)*$/,
  /^playwright install\b/,
];
const builds: readonly RegExp[] = [
  /^(npm|pnpm|yarn|bun)( run)? build\b/,
  /^(next|nuxt|vite|webpack|ng|gatsby|tsc|turbo|nx) build\b/,
  /^(rails|rake|bin\/rails)\b.*\bassets:precompile\b/,
  /^(go|cargo) (build|install)\b/,
  /^(mvn|gradle|gradlew|sbt)\b/,
  /^(docker|podman) (build|pull)\b/,
];
const downloads: readonly RegExp[] = [
  /^git (clone|lfs pull)\b/,
  /^(huggingface-cli|hf) download\b/,
  /^(aws s3|gsutil|rclone|mc|azcopy) (cp|sync|copy|mirror|-m cp)\b/,
  /^gcloud storage (cp|rsync)\b/,
  /^python[\d.]* -m (spacy download|nltk\.downloader)\b/,
  /^spacy download\b/,
  /^(ollama|dvc|git-lfs) pull\b/,
  /^(gdown|aria2c|axel)\b/,
  /^python[\d.]* -c .*(snapshot_download|hf_hub_download|from_pretrained|nltk\.download|urlretrieve|SentenceTransformer\(|load_model\(|pipeline\()/s,
];

/** Whether a command fetches or builds what should be in the image. */
export function heavyKind(command: ShellCommand): HeavyWork['kind'] | undefined {
  const { words, name, text } = command;
  if (fetchInInput(command)) return 'download';
  const line = [name, ...words.slice(1)].join(' ').replace(/\s+/g, ' ').trim();
  if (/--version|--help|--dry-run|--no-install|--offline(?! -)|--no-index|--check\b/.test(line))
    return undefined;
  if (installs.some((form) => form.test(line)))
    return /^apt-get autoremove/.test(line) ? undefined : 'install';
  if (builds.some((form) => form.test(line))) return 'build';
  if (downloads.some((form) => form.test(line)) || isFileDownload(name, text)) return 'download';
  return undefined;
}

/** curl or wget that writes a file from elsewhere; asking a neighbour how it is does not count. */
function isFileDownload(name: string, text: string): boolean {
  if (name !== 'curl' && name !== 'wget') return false;
  if (
    /localhost|127\.0\.0\.1|169\.254|\/health|\/ready|\/ping|--spider|\/dev\/null|-X ?(POST|PUT|DELETE|PATCH)|--data|\s-d\s|metadata/i.test(
      text,
    )
  )
    return false;
  if (!/https?:\/\/|\$\{?\w*(URL|URI|HOST|REPO|MIRROR)\w*/i.test(text)) return false;
  return name === 'wget'
    ? !/-O ?-|-qO-/.test(text)
    : /\s(-[a-zA-Z]*[oO]\b|--output|--remote-name)|>\s*\S/.test(text);
}

/** All heavy work between container start and the server's first listen. */
export function heavyWorkOf(
  { steps, files, server }: StartPath,
  repository: Repository,
): HeavyWork[] {
  const found = steps.flatMap(({ file, command }): HeavyWork[] => {
    const kind = command.background || command.substituted ? undefined : heavyKind(command);
    if (!kind) return [];
    const inside = fetchInInput(command);
    const line = inside?.line ?? command.line;
    const what = (inside?.text ?? command.text.split('\n')[0]!).trim().slice(0, 80);
    return [{ kind, what, file, line, conditional: command.conditional }];
  });
  const programs = files.filter(({ kind, file }) => kind === 'program' && file !== server?.file);
  return [
    ...found,
    ...programs.flatMap((file) =>
      programDownloads(file, { repository, server: server?.command.text ?? '' }),
    ),
  ];
}

const inPrograms =
  /\b(snapshot_download|hf_hub_download|urlretrieve|nltk\.download|spacy\.cli\.download|gdown\.download)\s*\(|\bSentenceTransformer\(\s*["'][\w-]+\/|\.from_pretrained\(\s*["'][\w-]+\/[\w.-]+["']/;

function fetches(line: string): boolean {
  return inPrograms.test(line) && !/^\s*(#|\/\/|from |import )/.test(line);
}

/** The line of a here-document for Python that fetches a model. */
function fetchInInput({ name, input }: ShellCommand): { text: string; line: number } | undefined {
  if (!/^python[\d.]*$/.test(name)) return undefined;
  return input
    .flatMap(({ text, line }) =>
      text.split('\n').map((each, i) => ({ text: each, line: line + i })),
    )
    .find(({ text }) => fetches(text));
}

/** A program that runs before the server, and fetches models by itself. */
function programDownloads(
  { file }: StartFile,
  { repository, server }: { repository: Repository; server: string },
): HeavyWork[] {
  const name = file.split('/').at(-1)!;
  if (server.includes(name) || !/\.(py|m?[jt]s|rb)$/.test(file)) return [];
  const lines = repository.lines(file);
  const at = lines.findIndex(fetches);
  if (at < 0) return [];
  const what = lines[at]!.trim().slice(0, 80);
  return [{ kind: 'download', what, file, line: at + 1, conditional: false }];
}
