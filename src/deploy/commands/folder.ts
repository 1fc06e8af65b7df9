import type { Words } from './docker.ts';

/*
 * What is done in our folder on a host: the lease, the journal, and the guard of every command that
 * changes something. Small POSIX shell scripts with flock, because nothing else is on every host.
 * Their exit codes are the answers.
 */

export const EXIT_LEASE_HELD = 75;
export const EXIT_LEASE_LOST = 76;
export const EXIT_FOLDER_FAILED = 73;

const script = (text: string, words: Words): Words => ['sh', '-c', text, 'sh', ...words];

/*
 * The lease is one file of three lines: fencing token, when it ends by the host's clock, and who holds
 * it. It is replaced by renaming, under a lock, so that nobody ever reads half of one.
 */
const TAKE = `
umask 077
mkdir -p "$1" && cd "$1" || exit ${EXIT_FOLDER_FAILED}
command -v flock >/dev/null || exit 127
exec 9<>lease.lock || exit ${EXIT_FOLDER_FAILED}
flock 9
now=$(date +%s)
if [ -s lease ]; then
  held=$(sed -n 1p lease); ends=$(sed -n 2p lease)
  if [ "$ends" -gt "$now" ] && [ "$held" != "$4" ]; then
    printf '%s\\n' "$now"; cat lease; exit ${EXIT_LEASE_HELD}
  fi
fi
token=$(( $(cat fence 2>/dev/null || echo 0) + 1 ))
printf '%s\\n' "$token" >fence.new && sync fence.new && mv fence.new fence || exit ${EXIT_FOLDER_FAILED}
printf '%s\\n%s\\n%s\\n' "$token" $((now + $2)) "$3" >lease.new && sync lease.new && mv lease.new lease || exit ${EXIT_FOLDER_FAILED}
printf '%s\\n' "$token"
`;

/** Takes the lease; `instead` is the token of a dead owner, which need not end first. */
export const takeLease = (options: {
  folder: string;
  seconds: number;
  owner: string;
  instead: string;
}): Words =>
  script(TAKE, [options.folder, String(options.seconds), options.owner, options.instead]);

const RENEW = `
cd "$1" && exec 9<>lease.lock || exit ${EXIT_FOLDER_FAILED}
flock 9
[ "$(sed -n 1p lease 2>/dev/null)" = "$2" ] || exit ${EXIT_LEASE_LOST}
printf '%s\\n%s\\n%s\\n' "$2" $(( $(date +%s) + $3 )) "$(sed -n 3p lease)" >lease.new && mv lease.new lease
`;

export const renewLease = (folder: string, token: string, seconds: number): Words =>
  script(RENEW, [folder, token, String(seconds)]);

const RELEASE = `
cd "$1" 2>/dev/null && exec 9<>lease.lock || exit 0
flock 9
[ "$(sed -n 1p lease 2>/dev/null)" = "$2" ] && rm -f lease
exit 0
`;

export const releaseLease = (folder: string, token: string): Words =>
  script(RELEASE, [folder, token]);

const READ_LEASE = `cd "$1" 2>/dev/null && [ -s lease ] && date +%s && cat lease; exit 0`;

/** Prints the host's time and the lease, or nothing where there is none. */
export const readLease = (folder: string): Words => script(READ_LEASE, [folder]);

const WAIT_FOR_OTHERS = `cd "$1" && exec 9<>commands.lock && flock -w "$2" 9 || exit 1`;

/** Waits for commands that an earlier deployer started and left behind when it was killed. */
export const waitForOthers = (folder: string, seconds: number): Words =>
  script(WAIT_FOR_OTHERS, [folder, String(seconds)]);

const GUARD = `
exec 9<>"$1/commands.lock" && flock -s 9 || exit ${EXIT_FOLDER_FAILED}
[ "$(sed -n 1p "$1/lease" 2>/dev/null)" = "$2" ] || exit ${EXIT_LEASE_LOST}
limit=$3; shift 3
exec timeout -k 10 "$limit" "$@"
`;

/**
 * A command that changes something: it runs only for the holder of the lease, ends by itself when it
 * takes too long, and holds a lock that tells a later deployer that it is still at work.
 */
export const guarded = (
  words: Words,
  options: { folder: string; token: string; seconds: number },
): Words => script(GUARD, [options.folder, options.token, String(options.seconds), ...words]);

const APPEND = `
umask 077
mkdir -p "$1" && cd "$1" && exec 9<>lease.lock || exit ${EXIT_FOLDER_FAILED}
flock 9
[ -z "$2" ] || [ "$(sed -n 1p lease 2>/dev/null)" = "$2" ] || exit ${EXIT_LEASE_LOST}
line=$(cat)
[ ! -s "$3" ] || [ -z "$(tail -c 1 "$3")" ] || printf '\\n' >>"$3"
printf '%s\\n' "$line" >>"$3" && sync "$3" || exit ${EXIT_FOLDER_FAILED}
`;

/**
 * Appends a line from standard input to a file of the folder, and waits until the disk has it. With a
 * token it does so only for the holder of the lease.
 */
export const appendLine = (folder: string, token: string, file: string): Words =>
  script(APPEND, [folder, token, file]);

const KEEP = `
umask 077
[ -s "$1/$2" ] || { cat >"$1/$2.new" && sync "$1/$2.new" && mv "$1/$2.new" "$1/$2"; } || exit ${EXIT_FOLDER_FAILED}
cat "$1/$2"
`;

/** Writes standard input into a file of the folder unless it is there already; prints what is there. */
export const keepFile = (folder: string, file: string): Words => script(KEEP, [folder, file]);

const READ = `cat "$1" 2>/dev/null; exit 0`;

export const readFile = (path: string): Words => script(READ, [path]);

/** Free kilobytes on the disks of some paths, one line each. */
export const freeSpace = (paths: readonly string[]): Words => ['df', '-Pk', ...paths];
