/**
 * Why one product of many was left out of a forecast run or of the proposals, while the others went
 * on: the words for codes that travel as data. A request that fails as a whole is in errors.ts.
 */
interface ItemRefusalEntry {
  /** One sentence for a person. */
  readonly title: string;
  /** What to do next. */
  readonly remedy: string;
}

export const itemRefusals = {
  empty_series: {
    title: 'There are no sales to forecast from.',
    remedy: 'Import sales of this product.',
  },
  no_observation: {
    title: 'No day of its sales was observed: all are missing or out of stock.',
    remedy: 'Import the days on which it was for sale, also those with 0 units.',
  },
  not_finite: {
    title: 'A number in its sales is too large to compute with.',
    remedy: 'Correct the row in the details, and import it again.',
  },
  too_short: {
    title: 'There are too few sales for this method.',
    remedy: 'Choose another method, or wait for more days of sales.',
  },
  engine_fault: {
    title: 'The forecast of this product failed on our side.',
    remedy: 'Report the details; proposals use recent sales meanwhile.',
  },
  no_terms: {
    title: 'No supplier is preferred for this product.',
    remedy: 'Import terms for it with preferred yes, or stop planning it.',
  },
  no_demand: {
    title: 'Nothing is known of its demand: no forecast, and fewer than two days of sales.',
    remedy: 'Import its sales and start a forecast run, or order it by hand.',
  },
  quantity_too_large: {
    title: 'The quantities that come out are beyond what can be stored.',
    remedy: 'Look for typing errors in its sales and stock.',
  },
  bad_date: {
    title: 'A date of its orders or of its supplier cannot be used.',
    remedy: 'Correct what the details name.',
  },
  bad_number: {
    title: 'A number in its stock or terms cannot be used.',
    remedy: 'Correct the field in the details.',
  },
  bad_service_level: {
    title: 'Its service level is not between 0 and 1.',
    remedy: 'Change it on the page of the product.',
  },
  bad_forecast: {
    title: 'Its forecast cannot be used.',
    remedy: 'Start another forecast run; report it if it happens again.',
  },
  bad_unit: {
    title: 'Its unit of sale has an impossible number of decimals.',
    remedy: 'Correct unit_decimals in the products file.',
  },
} as const satisfies Record<string, ItemRefusalEntry>;

/** The words for a code, also for one that a later version has written. */
export function itemRefusal(code: string): ItemRefusalEntry {
  return (
    (itemRefusals as Record<string, ItemRefusalEntry>)[code] ?? {
      title: `It was left out: ${code}.`,
      remedy: 'The details say what was found.',
    }
  );
}
