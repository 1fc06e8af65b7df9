/** A shortcut is one key, or two pressed one after the other: `?`, `g t`. */
export type Bindings = Readonly<Record<string, () => void>>;

interface Pressed {
  readonly pending: string | null;
  readonly match: string | null;
}

/** What a key means after the one before it. */
export function press(keys: readonly string[], pending: string | null, key: string): Pressed {
  const sequence = pending ? `${pending} ${key}` : key;
  if (keys.includes(sequence)) return { pending: null, match: sequence };
  if (keys.some((known) => known.startsWith(`${key} `))) return { pending: key, match: null };
  return { pending: null, match: pending && keys.includes(key) ? key : null };
}

const storageKey = 'parstock.shortcuts';

/** Single keys get in the way of speech input: they can be switched off (WCAG 2.1.4). */
export function shortcutsEnabled(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

export function enableShortcuts(enabled: boolean): void {
  try {
    if (enabled) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
  } catch {
    // Storage may be forbidden; then they stay on.
  }
}
