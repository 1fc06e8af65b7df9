import { chance, pick } from './chance.ts';

/** Everything here is made up; see README.md. */
export interface DemoProduct {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly brand: string;
  readonly unitCost: number;
  readonly unitPrice: number;
  readonly serviceLevel: number;
}

export interface DemoSupplier {
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly workingWeekdays: readonly number[];
  readonly leadTimeDays: number;
  readonly leadTimeSdDays: number;
  readonly reviewPeriodDays: number;
}

export interface DemoTerms {
  readonly sku: string;
  readonly supplier: DemoSupplier;
  readonly preferred: boolean;
  readonly minimumOrderQuantity: number | null;
  readonly orderMultiple: number;
  readonly maximumOrderQuantity: number | null;
  readonly unitCost: number;
}

const BRANDS: Readonly<Record<string, string>> = {
  B1: 'Aurora',
  B2: 'Belfiore',
  B3: 'Collina',
  B4: 'Dorata',
};

const SHAPES: Readonly<Record<string, readonly string[]>> = {
  'Long pasta': [
    ...['Spaghetti', 'Spaghettini', 'Linguine', 'Bucatini', 'Capellini', 'Fettuccine'],
    ...['Tagliatelle', 'Pappardelle', 'Vermicelli', 'Tagliolini', 'Reginette'],
  ],
  'Short pasta': [
    ...['Penne rigate', 'Penne lisce', 'Pennette', 'Mezze penne', 'Rigatoni', 'Mezzi rigatoni'],
    ...['Tortiglioni', 'Fusilli', 'Fusilli bucati', 'Eliche', 'Farfalle', 'Conchiglie'],
    ...['Orecchiette', 'Cavatappi', 'Cellentani', 'Gemelli', 'Radiatori', 'Ruote', 'Maccheroni'],
    ...['Sedani', 'Ziti', 'Paccheri', 'Mezze maniche', 'Calamarata', 'Gnocchetti sardi'],
    ...['Casarecce', 'Trofie', 'Strozzapreti'],
  ],
  'Soup pasta': ['Ditali', 'Ditalini', 'Stelline', 'Orzo', 'Anelli', 'Farfalline', 'Quadrucci'],
  'Oven pasta': ['Lasagne', 'Cannelloni', 'Conchiglioni'],
};
const SHAPE_LIST = Object.entries(SHAPES).flatMap(([category, shapes]) =>
  shapes.map((shape) => ({ category, shape })),
);

const WEEKDAYS = [1, 2, 3, 4, 5];
function supplier(code: string, name: string, days: readonly [number, number, number]) {
  const [leadTimeDays, leadTimeSdDays, reviewPeriodDays] = days;
  const email = `orders@${name.toLowerCase().replaceAll(' ', '-')}.example`;
  const workingWeekdays = WEEKDAYS;
  return { code, name, email, workingWeekdays, leadTimeDays, leadTimeSdDays, reviewPeriodDays };
}

const MAKERS = {
  B1: supplier('S-AUR', 'Aurora Pasta Works', [5, 1, 7]),
  B2: supplier('S-BEL', 'Belfiore Distribution', [7, 1.5, 7]),
  B3: supplier('S-COL', 'Collina Foods', [14, 3, 14]),
  B4: supplier('S-DOR', 'Dorata Mills', [10, 2, 7]),
} as const;
const WHOLESALER = {
  ...supplier('S-NOR', 'Northgate Wholesale', [2, 0.5, 3]),
  workingWeekdays: [1, 2, 3, 4, 5, 6],
};
const IMPORTER = supplier('S-HAR', 'Harbour Imports', [28, 5, 14]);

export const demoSuppliers: readonly DemoSupplier[] = [
  ...Object.values(MAKERS),
  WHOLESALER,
  IMPORTER,
];

/** A made-up product for a real SKU that sells so many units a day. */
export function demoProduct(sku: string, unitsPerDay: number): DemoProduct {
  const [brandCode = '', number = ''] = sku.split('-');
  const brand = BRANDS[brandCode] ?? brandCode;
  // 49 shapes and at most 45 products in a brand: no name occurs twice.
  const offset = 7 * Object.keys(BRANDS).indexOf(brandCode);
  const { category, shape } = SHAPE_LIST[(Number(number) + offset) % SHAPE_LIST.length] as {
    category: string;
    shape: string;
  };
  const size = category === 'Oven pasta' ? '250 g' : pick(['500 g', '500 g', '1 kg'], sku, 'size');
  const base = size === '1 kg' ? 1.79 : 0.99;
  const unitPrice = cents(base + Math.floor(chance(sku, 'price') * 10) / 10);
  const unitCost = cents(unitPrice * (0.55 + 0.15 * chance(sku, 'margin')));
  const serviceLevel = unitsPerDay >= 5 ? 0.98 : unitsPerDay >= 1 ? 0.95 : 0.9;
  const name = `${brand} ${shape} ${size}`;
  return { sku, name, category, brand, unitCost, unitPrice, serviceLevel };
}

/** The preferred supplier's terms, and for some products a dearer second source. */
export function demoTerms(product: DemoProduct, unitsPerDay: number): DemoTerms[] {
  const { sku, unitCost } = product;
  const preferred = preferredSupplier(sku);
  const orderMultiple = unitsPerDay >= 8 ? 24 : unitsPerDay >= 2 ? 12 : 6;
  const asksMinimum = chance(sku, 'minimum') < 0.4;
  const limited = chance(sku, 'maximum') < 0.1;
  const first: DemoTerms = {
    sku,
    supplier: preferred,
    preferred: true,
    minimumOrderQuantity: asksMinimum ? orderMultiple * pick([2, 3, 4], sku, 'packs') : null,
    orderMultiple,
    maximumOrderQuantity: limited ? orderMultiple * 20 : null,
    unitCost,
  };
  if (preferred === WHOLESALER || chance(sku, 'second') >= 0.12) return [first];
  const dearer = cents(unitCost * 1.08);
  const second = { ...first, supplier: WHOLESALER, preferred: false, unitCost: dearer };
  return [first, { ...second, minimumOrderQuantity: null, maximumOrderQuantity: null }];
}

function preferredSupplier(sku: string): DemoSupplier {
  const brand = sku.slice(0, 2) as keyof typeof MAKERS;
  if ((brand === 'B1' || brand === 'B2') && chance(sku, 'wholesale') < 0.15) return WHOLESALER;
  if (brand === 'B3' && chance(sku, 'import') < 0.3) return IMPORTER;
  return MAKERS[brand];
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
