import { currencyDecimals, type OrderProposal, traceText, URGENCIES } from '../planning/index.ts';
import { csvLine } from './csv.ts';
import { textTable } from './table.ts';

/** A proposal and what the files say of its product. */
export interface PrintedProposal {
  readonly proposal: OrderProposal;
  readonly name: string;
  readonly supplier: string | null;
  /** Method of the forecast that the proposal rests on. */
  readonly forecastMethod: string;
}

/** Most urgent first, then by SKU. */
export function byUrgency(a: PrintedProposal, b: PrintedProposal): number {
  const rank = (one: PrintedProposal) => URGENCIES.indexOf(one.proposal.urgency);
  return rank(a) - rank(b) || (a.proposal.sku < b.proposal.sku ? -1 : 1);
}

export function proposalTable(proposals: readonly PrintedProposal[]): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    { title: 'SKU' },
    { title: 'supplier' },
    right('order'),
    right('reorder point'),
    right('position'),
    right('days of cover'),
    right('value'),
    { title: 'urgency' },
  ];
  const rows = proposals.map(({ proposal, supplier }) => [
    proposal.sku,
    supplier ?? '–',
    amount(proposal.quantity),
    amount(proposal.reorderPoint),
    amount(proposal.stockPosition),
    proposal.daysOfCover === null ? '–' : String(proposal.daysOfCover),
    valueText(proposal.value),
    proposal.urgency,
  ]);
  return textTable(columns, rows);
}

/** What the proposed orders cost, per currency. */
export function totals(proposals: readonly PrintedProposal[]): string {
  const sums = new Map<string, number>();
  const unknown = proposals.filter(({ proposal: { value, quantity } }) => quantity > 0 && !value);
  for (const { proposal } of proposals)
    if (proposal.value) {
      const currency = proposal.value.currency ?? '';
      sums.set(currency, (sums.get(currency) ?? 0) + proposal.value.amount);
    }
  const parts = [...sums].map(([currency, sum]) => valueText({ amount: sum, currency }));
  if (unknown.length > 0) parts.push(`${unknown.length} without a cost`);
  const lines = proposals.filter(({ proposal }) => proposal.quantity > 0).length;
  return `${lines} to order${parts.length > 0 ? `, ${parts.join(' + ')}` : ''}`;
}

/** The whole arithmetic behind one proposal, as text. */
export function whyText({ proposal, name, supplier, forecastMethod }: PrintedProposal): string {
  const from = supplier === null ? '' : ` from ${supplier}`;
  const lines = [
    `${proposal.sku} ${name}: order ${amount(proposal.quantity)}${from}`,
    `As of ${proposal.asOf}; demand forecast by ${forecastMethod}; reorder point by ${proposal.method}.`,
    '',
    ...traceText(proposal.trace),
    ...proposal.warnings.map(({ code, message }) => `! ${code}: ${message}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const CSV_COLUMNS = [
  'sku',
  'supplier',
  'quantity',
  'value',
  'currency',
  'urgency',
  'reorder_point',
  'safety_stock',
  'stock_position',
  'order_up_to',
  'days_of_cover',
  'stock_out_date',
  'order_by',
  'expected_receipt',
  'method',
  'forecast_method',
];

export function proposalCsv(proposals: readonly PrintedProposal[]): string {
  const rows = proposals.map(({ proposal: p, supplier, forecastMethod }) =>
    csvLine([
      p.sku,
      supplier,
      p.quantity,
      p.value?.amount ?? null,
      p.value?.currency ?? null,
      p.urgency,
      shortened(p.reorderPoint),
      shortened(p.safetyStock),
      shortened(p.stockPosition),
      shortened(p.orderUpTo),
      p.daysOfCover,
      p.stockOutDate,
      p.orderBy,
      p.expectedReceipt,
      p.method,
      forecastMethod,
    ]),
  );
  return csvLine(CSV_COLUMNS) + rows.join('');
}

function valueText(value: { amount: number; currency: string | null } | null): string {
  return value === null
    ? '–'
    : `${value.amount.toFixed(currencyDecimals(value.currency))} ${value.currency ?? ''}`.trim();
}

function amount(value: number): string {
  return String(Number(value.toFixed(1)));
}

function shortened(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
