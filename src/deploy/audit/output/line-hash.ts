/** As many characters, blanks not counted, as a line is known by. */
const WINDOW = 100;
const END_OF_FILE = '\uffff';

/**
 * The fingerprint that code scanning knows an alert by (`primaryLocationLineHash`): a hash of the
 * hundred characters from the line's start, and which of its likes in the file it is. Its upload
 * action computes the same; whoever uploads over the API must bring it along.
 */
export function lineHashes(text: string): (line: number) => string {
  const characters = text.replace(/\r\n?/g, '\n').replace(/[ \t]/g, '') + END_OF_FILE;
  const windows: string[] = [];
  for (let start = 0; start >= 0; ) {
    windows.push(characters.slice(start, start + WINDOW));
    const end = characters.indexOf('\n', start);
    start = end < 0 ? -1 : end + 1;
  }
  return (line) => {
    const own = windows[line - 1] ?? END_OF_FILE;
    const times = windows.slice(0, line).filter((window) => window === own).length;
    return `${hash(own)}:${Math.max(1, times)}`;
  };
}

/** A polynomial in 37 over the characters, as an unsigned number of 64 bits. */
function hash(window: string): string {
  let sum = 0n;
  for (let i = 0; i < WINDOW; i++) {
    const code = i < window.length ? window.charCodeAt(i) : 0;
    sum = BigInt.asUintN(64, sum * 37n + BigInt(code));
  }
  return sum.toString(16);
}
