import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'parstock.theme';
const listeners = new Set<() => void>();
const systemDark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
systemDark?.addEventListener('change', notify);

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function current(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  notify();
}

/** What the reader chose. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}

/** What is shown: charts draw in it. */
export function useColorScheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => {
    const theme = current();
    if (theme !== 'system') return theme;
    return systemDark?.matches ? 'dark' : 'light';
  });
}
