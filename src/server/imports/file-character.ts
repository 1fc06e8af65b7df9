import { type ImportOptions, Refusal } from '../../contract/index.ts';
import type { Header } from './reading/header.ts';
import { type DateFormat, type DateOrder, provenDateOrder } from './values/date.ts';
import { type DecimalSign, provenDecimal } from './values/number.ts';

/** What the cells of the whole file prove about how they are written. */
export interface FileCharacter {
  /** Undefined where neither the caller nor any cell says which; `1,234` is then ambiguous. */
  readonly decimal: DecimalSign | undefined;
  readonly dateFormat: DateFormat | undefined;
}

interface Example {
  readonly line: number;
  readonly found: string;
}

/** Collects the evidence; what the caller stated needs none. */
export function fileCharacter(options: Pick<ImportOptions, 'decimal' | 'dateFormat'>) {
  const signs = { '.': 0, ',': 0 };
  const orders = new Map<DateOrder, Example>();
  let numbers: number[] = [];
  let dates: number[] = [];
  const seeNumber = (cell: string) => {
    const sign = /[.,]/.test(cell) ? provenDecimal(cell.trim()) : undefined;
    if (sign) signs[sign]++;
  };
  const seeDate = (cell: string, line: number) => {
    // Nearly every cell is an ISO date, which says nothing.
    if (cell.charCodeAt(4) === 45 && cell.charCodeAt(7) === 45) return;
    const order = provenDateOrder(cell.trim());
    if (order && !orders.has(order)) orders.set(order, { line, found: cell.slice(0, 40) });
  };
  return {
    watch({ mapped }: Header) {
      const columnsOf = (is: string) =>
        mapped.filter(({ column }) => column.type.is === is).map(({ index }) => index);
      numbers = options.decimal ? [] : columnsOf('number');
      dates = columnsOf('date');
    },
    see(cells: readonly string[], line: number) {
      for (const index of numbers) seeNumber(cells[index] ?? '');
      for (const index of dates) seeDate(cells[index] ?? '', line);
    },
    finish: (): FileCharacter => ({
      decimal: options.decimal ?? likelier(signs),
      dateFormat: options.dateFormat ?? (dates.length > 0 ? provenOrder(orders) : undefined),
    }),
  };
}

function likelier(signs: Record<DecimalSign, number>): DecimalSign | undefined {
  if (signs['.'] === 0 && signs[','] === 0) return undefined;
  return signs[','] > signs['.'] ? ',' : '.';
}

/** One order for the whole file, or a refusal: a date read in the wrong order looks right. */
function provenOrder(orders: ReadonlyMap<DateOrder, Example>): DateFormat {
  const dayFirst = orders.get('dmy');
  const monthFirst = orders.get('mdy');
  if (dayFirst && monthFirst) throw new Refusal('import_ambiguous_dates', { dayFirst, monthFirst });
  if (dayFirst) return 'dmy';
  if (monthFirst) return 'mdy';
  const open = orders.get('open');
  if (open) throw new Refusal('import_ambiguous_dates', { example: open });
  return orders.has('equal') ? 'dmy' : 'ymd';
}
