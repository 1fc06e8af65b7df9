import { type Change, reForecast, type WhatIfGround } from './re-forecast.ts';

/** A question on its way to the worker, and its number. */
export interface WhatIfQuestion {
  readonly id: number;
  readonly ground: WhatIfGround;
  readonly changes: readonly Change[];
}

globalThis.addEventListener('message', ({ data }: MessageEvent<WhatIfQuestion>) => {
  const began = performance.now();
  const answer = reForecast(data.ground, data.changes);
  globalThis.postMessage({ id: data.id, answer, milliseconds: performance.now() - began });
});
