import type { RowErrorCode } from '../../../contract/index.ts';

export type DecimalSign = '.' | ',';

const notFinite = /^[+-]?(nan|inf|infinity|∞)$/i;
const spaced = /^\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?=[.,]|$)/;
const exponent = /^(\d+(?:\.\d*)?|\.\d+)[eE]([+-]?\d{1,3})$/;
const shapes: Record<DecimalSign, { plain: RegExp; grouped: RegExp; group: RegExp }> = {
  '.': { plain: /^(\d+\.?\d*|\.\d+)$/, grouped: /^\d{1,3}(,\d{3})+(\.\d*)?$/, group: /,/g },
  ',': { plain: /^(\d+,?\d*|,\d+)$/, grouped: /^\d{1,3}(\.\d{3})+(,\d*)?$/, group: /\./g },
};

/** Which decimal sign a cell proves, if any: `12,5` and `1.234,5` prove the comma, `1,234` nothing. */
export function provenDecimal(cell: string): DecimalSign | undefined {
  const body = unsigned(cell);
  const commas = body.split(',').length - 1;
  const points = body.split('.').length - 1;
  if (commas + points === 0) return undefined;
  if (commas === 1 && points === 1) {
    const sign = body.lastIndexOf(',') > body.lastIndexOf('.') ? ',' : '.';
    return toPoint(body, sign) === undefined ? undefined : sign;
  }
  if (commas === 1 && points === 0) return couldGroup(body, ',') ? undefined : shaped(body, ',');
  if (points === 1 && commas === 0) return couldGroup(body, '.') ? undefined : shaped(body, '.');
  // Several of one sign can only be thousands.
  return commas > points ? shaped(body, '.') : shaped(body, ',');
}

/**
 * A cell as a plain decimal (`-1234.5`), or the code of what is wrong. With `decimal` undefined nothing
 * in the file proved a sign: a point is then decimal, and `1,234` is ambiguous.
 */
export function readNumber(
  cell: string,
  decimal: DecimalSign | undefined,
): { text: string } | { code: RowErrorCode } {
  if (notFinite.test(cell)) return { code: 'not_finite' };
  const body = unsigned(cell);
  const minus = /^[-−]/.test(cell) ? '-' : '';
  const text = toPoint(body, decimal ?? '.');
  if (text !== undefined && !(decimal === undefined && body.includes(','))) {
    return { text: minus + text };
  }
  if (toPoint(body, ',') !== undefined || toPoint(body, '.') !== undefined) {
    return { code: 'ambiguous_number' };
  }
  return { code: 'not_a_number' };
}

/** Digits and sign without thousands separators of spaces or apostrophes, which are never decimal. */
function unsigned(cell: string): string {
  const body = cell.replace(/^[+\-−]/, '');
  return body.replace(spaced, (digits) => digits.replace(/\D/g, ''));
}

function couldGroup(body: string, sign: DecimalSign): boolean {
  const [before = '', after = ''] = body.split(sign);
  return /^[1-9]\d{0,2}$/.test(before) && /^\d{3}$/.test(after);
}

function shaped(body: string, sign: DecimalSign): DecimalSign | undefined {
  return toPoint(body, sign) === undefined ? undefined : sign;
}

/** The number with a decimal point and nothing else, if it has the shape of that convention. */
function toPoint(body: string, sign: DecimalSign): string | undefined {
  const { plain, grouped, group } = shapes[sign];
  if (plain.test(body)) return tidy(body.replace(',', '.'));
  if (grouped.test(body)) return tidy(body.replace(group, '').replace(',', '.'));
  const scientific = exponent.exec(sign === ',' ? body.replace(',', '.') : body);
  if (!scientific) return undefined;
  const value = Number(`${scientific[1]}e${scientific[2]}`);
  return value < 1e21 ? tidy(value.toFixed(15)) : '1000000000000000000000';
}

function tidy(text: string): string {
  const whole = text.startsWith('.') ? `0${text}` : text;
  return whole.includes('.') ? whole.replace(/\.?0*$/, '') : whole;
}
