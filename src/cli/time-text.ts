/** How the timestamps of a file are written; a forecast is dated in the same way. */
export type TimeStyle = 'date' | 'date time' | 'dateTtime' | 'dateTtimeZ' | 'year-month' | 'year';

/** An instant as milliseconds since 1970, without a zone, and the way it was written. */
export interface ReadTime {
  readonly time: number;
  readonly style: TimeStyle;
}

const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:([T ])(\d{2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(Z)?)?)?)?$/;

/** Reads an ISO 8601 date or time; `undefined` for anything else, 30 February included. */
export function readTime(text: string): ReadTime | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, separator, hour, minute, second, zulu] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  date.setUTCHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
  const time = date.getTime();
  // A day or an hour that does not exist rolls over into the next one.
  const same = date.toISOString();
  const rolled =
    same.slice(5, 10) !== `${month ?? '01'}-${day ?? '01'}` ||
    same.slice(11, 16) !== `${hour ?? '00'}:${minute ?? '00'}`;
  if (rolled) return undefined;
  if (month === undefined) return { time, style: 'year' };
  if (day === undefined) return { time, style: 'year-month' };
  if (separator === undefined) return { time, style: 'date' };
  if (separator === ' ') return zulu ? undefined : { time, style: 'date time' };
  return { time, style: zulu ? 'dateTtimeZ' : 'dateTtime' };
}

const LENGTHS = { year: 4, 'year-month': 7, date: 10 } as const;

/** Writes an instant in a given way. */
export function writeTime(time: number, style: TimeStyle): string {
  const iso = new Date(time).toISOString();
  if (style === 'year' || style === 'year-month' || style === 'date')
    return iso.slice(0, LENGTHS[style]);
  if (style === 'date time') return iso.slice(0, 19).replace('T', ' ');
  return style === 'dateTtimeZ' ? `${iso.slice(0, 19)}Z` : iso.slice(0, 19);
}

/** As many different timestamps as a file of many series shares. */
const REMEMBERED = 50_000;

/** A reader that remembers: in a long file the same dates come again with every series. */
export function timeReader(): typeof readTime {
  const known = new Map<string, ReadTime | undefined>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const read = readTime(text);
    if (known.size < REMEMBERED) known.set(text, read);
    return read;
  };
}
