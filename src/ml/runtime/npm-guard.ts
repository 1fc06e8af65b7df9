import { takeFileLock } from '../file-lock.ts';

/**
 * Loaded into npm's process before npm itself. Whoever started it may be killed at any moment: its
 * end closes our standard input, and npm must not go on writing beside the next installer. The lock
 * tells that one when we are really gone.
 */
const lock = takeFileLock(process.env.PARSTOCK_NPM_LOCK ?? '');
// Whoever was killed before we had the lock left an installer that found it free, and is removing
// our folder: its end on standard input would be heard only after npm's first writes.
const orphaned = process.ppid !== Number(process.env.PARSTOCK_NPM_PARENT);
if (!lock || orphaned) process.kill(process.pid, 'SIGKILL');
process.once('exit', () => lock?.release());

const end = () => process.kill(process.pid, 'SIGKILL');
process.stdin.once('end', end);
process.stdin.once('error', end);
process.stdin.resume();
// npm ends when it is done, whether or not somebody still holds the other end.
(process.stdin as { unref?: () => void }).unref?.();
