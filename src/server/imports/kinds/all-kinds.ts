import type { ImportKind } from '../../../contract/index.ts';
import type { ImportKindDefinition } from './kind.ts';
import { products } from './products.ts';
import { promotions } from './promotions.ts';
import { sales } from './sales.ts';
import { stock } from './stock.ts';
import { suppliers } from './suppliers.ts';
import { terms } from './terms.ts';

/** Every kind, in the order in which a new company imports them. */
export const importKinds: Readonly<Record<ImportKind, ImportKindDefinition>> = {
  products,
  suppliers,
  terms,
  stock,
  sales,
  promotions,
};
