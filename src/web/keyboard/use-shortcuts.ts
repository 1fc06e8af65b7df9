import { useEffect, useRef } from 'react';
import { type Bindings, press, shortcutsEnabled } from './shortcuts.ts';

const patienceMilliseconds = 1_200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=radio], [type=checkbox]), textarea, select'))
  );
}

function concerns(event: KeyboardEvent): boolean {
  return (
    !event.defaultPrevented &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    !isTyping(event.target) &&
    !document.querySelector('dialog[open]') &&
    shortcutsEnabled()
  );
}

/** Listens for shortcuts while the component is on the page. */
export function useShortcuts(bindings: Bindings): void {
  const latest = useRef(bindings);
  latest.current = bindings;

  useEffect(() => {
    let pending: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (event: KeyboardEvent) => {
      if (!concerns(event)) return;
      const pressed = press(Object.keys(latest.current), pending, event.key);
      pending = pressed.pending;
      clearTimeout(timer);
      if (pending) timer = setTimeout(() => (pending = null), patienceMilliseconds);
      if (!pressed.match) return;
      event.preventDefault();
      latest.current[pressed.match]?.();
    };
    document.addEventListener('keydown', listen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', listen);
    };
  }, []);
}
