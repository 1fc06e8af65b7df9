import { useEffect, useRef, useState } from 'react';
import type { Change, WhatIfAnswer, WhatIfGround } from './re-forecast.ts';

interface Answered {
  readonly id: number;
  readonly answer: WhatIfAnswer;
  readonly milliseconds: number;
}

/** What a reader sees of it: nothing yet, an answer, or that it is being computed. */
export interface WhatIfState {
  readonly answer: WhatIfAnswer | null;
  readonly milliseconds: number | null;
  readonly busy: boolean;
}

const nothing: WhatIfState = { answer: null, milliseconds: null, busy: false };

/** Asks the engine, in a worker of the page; a newer question makes an older answer void. */
export function useWhatIf(ground: WhatIfGround, changes: readonly Change[]): WhatIfState {
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  const [state, setState] = useState(nothing);
  useEffect(() => {
    const made = new Worker(new URL('./what-if-worker.ts', import.meta.url), { type: 'module' });
    worker.current = made;
    made.addEventListener('message', ({ data }: MessageEvent<Answered>) => {
      if (data.id !== asked.current) return;
      setState({ answer: data.answer, milliseconds: data.milliseconds, busy: false });
    });
    // A worker that cannot be loaded, or fails: the page must not wait for ever.
    made.addEventListener('error', () =>
      setState({ ...nothing, answer: { ok: false, code: 'engine_fault' } }),
    );
    return () => made.terminate();
  }, []);
  useEffect(() => {
    asked.current++;
    if (changes.length === 0) return setState(nothing);
    setState((before) => ({ ...before, busy: true }));
    worker.current?.postMessage({ id: asked.current, ground, changes });
  }, [ground, changes]);
  return state;
}
