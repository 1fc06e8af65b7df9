import type { Clock } from './actions/context.ts';

/** Today is the calendar day where the server runs (TZ), since that is where the shop is. */
export function clockFrom(now: () => Date): Clock {
  return {
    now,
    today() {
      const moment = now();
      const local = moment.getTime() - moment.getTimezoneOffset() * 60_000;
      return new Date(local).toISOString().slice(0, 10);
    },
  };
}
