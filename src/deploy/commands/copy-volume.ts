import { labelWords, mountWords, type Words } from './docker.ts';

/*
 * A copy of a volume in two passes: the long one while its owner still works on it, the short one once
 * the owner has stopped. They run in a helper container, whose user may read and write everything.
 * Linux keeps for each file when it was last changed in any way (ctime), which no program can set: what
 * the first pass may have read half-written is known by it, and copied again.
 */

/** Names the folders in the scripts: from, to, and the mark of when the first pass began. */
const [FROM, TO, MARK] = ['"$1"', '"$2"', '"$3"'];
/** Longest life of a helper whose deployer was killed. */
const HELPER_SECONDS = 1_800;
/** Between the end of the second pass and that of the helper. */
const END_SECONDS = 5;

/** Kind, rights, owner, size and path of everything in a folder; a folder's own size says nothing. */
const LIST = `list() {
  find "$1" -mindepth 1 ! -type d $2 -printf '%y %m %U %G %s %P\\0' | sort -z
}`;

/**
 * Copies what is there. Whatever changes meanwhile may be missed or torn; all else must have arrived,
 * which a full disk would prevent. The pause keeps the clock's ticks of mark and copy apart.
 */
const AHEAD = `set -o pipefail
export LC_ALL=C
${LIST}
touch ${MARK} && sleep 0.1 || exit 1
cp -a --reflink=auto ${FROM}/. ${TO}/ 2>${MARK}.said
sync -f ${TO}
list ${FROM} "! -cnewer $3" >${MARK}.old
list ${TO} >${MARK}.new
comm -z -23 ${MARK}.old ${MARK}.new | grep -qz . || exit 0
tail -n 3 ${MARK}.said >&2
exit 1
`;

/** Removes what is gone, copies what has changed since the mark, and compares the whole. */
const REST = `set -eo pipefail
export LC_ALL=C
${LIST}
paths() { find "$1" -mindepth 1 -printf '%P\\0' | sort -z; }
paths ${FROM} >${MARK}.old
paths ${TO} >${MARK}.new
comm -z -13 ${MARK}.old ${MARK}.new | (cd ${TO} && xargs -0 -r rm -rf --)
cd ${FROM}
find . -type d -print0 | tar -c --null --no-recursion -T - | tar -xp -C ${TO}
find . ! -type d -cnewer ${MARK} -print0 |
  xargs -0 -r cp -a --reflink=auto --remove-destination --parents -t ${TO} --
sync -f ${TO}
list ${FROM} >${MARK}.old
list ${TO} >${MARK}.new
cmp ${MARK}.old ${MARK}.new
`;

const bash = (script: string, places: readonly string[]): Words => [
  ...['bash', '-c', script, 'bash', ...places],
];

/** The first pass: folders of this machine, or of a container that runs it. */
export const copyAhead = (places: CopyPlaces): Words =>
  bash(AHEAD, [places.from, places.to, places.mark]);

/** The second pass; fails unless the copy is the same as the original. */
export const copyRest = (places: CopyPlaces): Words =>
  bash(REST, [places.from, places.to, places.mark]);

export interface CopyPlaces {
  readonly from: string;
  readonly to: string;
  /** A file outside of both. */
  readonly mark: string;
}

const PLACES: CopyPlaces = { from: '/from', to: '/to', mark: '/tmp/mark' };

const inHelper = (name: string, words: Words): Words => ['docker', 'exec', name, ...words];

export const copyAheadIn = (helper: string): Words => inHelper(helper, copyAhead(PLACES));

/** The helper ends and removes itself once the second pass has said so. */
export const copyRestIn = (helper: string): Words =>
  inHelper(helper, ['bash', '-c', `"$@" && touch /tmp/done`, 'bash', ...copyRest(PLACES)]);

/** Starts the helper: it has no network, only reads the one volume, and ends by itself. */
export function startCopyHelper(options: {
  image: string;
  from: string;
  to: string;
  name: string;
  labels: Readonly<Record<string, string>>;
}): Words {
  const { image, from, to, name, labels } = options;
  // The second pass must have reported its end by then: with the helper it would be killed.
  const end = `sleep ${END_SECONDS}; exit 0`;
  const wait = `for i in $(seq ${HELPER_SECONDS}); do if [ -e /tmp/done ]; then ${end}; fi; sleep 1; done`;
  return [
    ...['docker', 'run', '--detach', '--rm', '--name', name, '--pull', 'never'],
    ...['--network', 'none', '--user', '0', '--entrypoint', 'sh', ...labelWords(labels)],
    ...mountWords([
      { from, to: PLACES.from, readOnly: true },
      { from: to, to: PLACES.to },
    ]),
    ...[image, '-c', wait],
  ];
}
