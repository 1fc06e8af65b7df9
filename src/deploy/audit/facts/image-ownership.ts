import { posix } from 'node:path';
import type { ShellCommand } from '../documents/shell.ts';
import type { Account, OwnedPath } from './image.ts';

/** What a command of RUN gives to whom: new accounts with their homes, folders with their owners. */
export function ownershipOf(
  command: ShellCommand,
  { workdir, user }: { workdir: string; user: string },
): { accounts: Account[]; owned: OwnedPath[] } {
  const { name, words } = command;
  const paths = (list: readonly string[]) => list.map((path) => posix.resolve(workdir, path));
  const plain = words.slice(1).filter((word) => !word.startsWith('-'));
  if (name === 'useradd' || name === 'adduser') return addedAccount(words);
  if (name === 'chown') {
    const [owner = '', ...targets] = plain;
    // `app:app`, `:app` (the group alone) and `$USER` are all somebody who is not root.
    const to = owner.split(':')[0] || owner.slice(1);
    return { accounts: [], owned: paths(targets).map((path) => ({ path, owner: to })) };
  }
  if (name === 'chgrp')
    return {
      accounts: [],
      owned: paths(plain.slice(1)).map((path) => ({ path, owner: plain[0]! })),
    };
  if (name === 'chmod') {
    const [mode = ''] = words
      .slice(1)
      .filter((word) => !/^-[A-Za-z]+$/.test(word) || /w/.test(word));
    const everyone =
      /^[0-7]?[0-7]{2}[2367]$/.test(mode) || /(^|,)[ugo]*[ao][ugo]*\+[rwxX]*w/.test(mode);
    const group = /^[0-7]?[0-7][2367][0-7]$/.test(mode) || /g[+=][rwxXs]*[wu]/.test(mode);
    if (!everyone && !group) return { accounts: [], owned: [] };
    const owned = paths(plain.filter((word) => word !== mode));
    return { accounts: [], owned: owned.map((path) => ({ path, owner: 'root', everyone: true })) };
  }
  if (name === 'install') return { accounts: [], owned: installed(words, paths) };
  if (name === 'mkdir')
    return { accounts: [], owned: paths(plain).map((path) => ({ path, owner: user })) };
  return { accounts: [], owned: [] };
}

function installed(words: readonly string[], paths: (list: string[]) => string[]): OwnedPath[] {
  const at = words.findIndex((word) => word === '-o' || word === '--owner');
  const owner = at > 0 ? (words[at + 1] ?? '') : '';
  if (owner === '' || !words.some((word) => /^-[a-z]*d/.test(word))) return [];
  return paths(words.slice(1).filter((word) => word.startsWith('/'))).map((path) => ({
    path,
    owner,
  }));
}

/** Options of useradd and of both kinds of adduser that take a value. */
const valued = new Set(
  '-u --uid -g --gid -G --ingroup --groups -s --shell -c --comment --gecos -d --home --home-dir -h -b --base-dir -k -p --group'.split(
    ' ',
  ),
);

function addedAccount(words: readonly string[]): { accounts: Account[]; owned: OwnedPath[] } {
  const options = new Map<string, string>();
  const plain: string[] = [];
  const flags = new Set<string>();
  const isBusybox = words[0]!.endsWith('adduser');
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    const [option, value] = word.includes('=') ? word.split(/=(.*)/) : [word, undefined];
    if (word === '--group' && isBusybox) flags.add(word);
    else if (value !== undefined && word.startsWith('-')) options.set(option!, value);
    else if (valued.has(word) || /^-[A-Za-z]*[ugGshdcbk]$/.test(word)) {
      for (const letter of word.startsWith('--') ? [] : word.slice(1, -1)) flags.add(`-${letter}`);
      options.set(word.startsWith('--') ? word : `-${word.at(-1)}`, words[++i] ?? '');
    } else if (word.startsWith('--')) flags.add(word);
    else if (word.startsWith('-')) for (const letter of word.slice(1)) flags.add(`-${letter}`);
    else plain.push(word);
  }
  const name = isBusybox ? plain[0] : plain.at(-1);
  if (name === undefined) return { accounts: [], owned: [] };
  const home =
    options.get('-d') ??
    options.get('--home-dir') ??
    options.get('--home') ??
    (isBusybox ? options.get('-h') : undefined) ??
    `/home/${name}`;
  const uid = options.get('-u') ?? options.get('--uid');
  const none = flags.has('-M') || flags.has('--no-create-home') || (isBusybox && flags.has('-H'));
  const account = { name, home, ...(uid ? { uid } : {}) };
  return { accounts: [account], owned: none ? [] : [{ path: home, owner: name }] };
}
