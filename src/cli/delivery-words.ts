import { badOption } from './options.ts';

/** An http or https address of a server, without a path. */
export function parseServerAddress(where: string): (text: string) => string {
  return (text) => {
    const url = URL.parse(text);
    if (url && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, '');
    throw badOption(where, text, 'an address such as https://stock.example.com');
  };
}

/** A number above 0, such as seconds or a share. */
export function positiveNumber(where: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
    throw badOption(where, text, 'a number above 0');
  };
}
