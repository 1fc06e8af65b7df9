import type { RowErrorCode } from '../../contract/index.ts';

/** What each code of a bad row means, and what to do about it. One fixed remedy per code. */
export const rowErrors: Readonly<Record<RowErrorCode, { meaning: string; remedy: string }>> = {
  missing_value: {
    meaning: 'A required cell is blank.',
    remedy: 'Fill the cell in, or leave the row out.',
  },
  not_a_number: {
    meaning: 'The cell does not hold a number.',
    remedy:
      'Write digits with at most one decimal sign: no unit, no currency sign, no formula error.',
  },
  not_finite: {
    meaning: 'The cell holds NaN or infinity.',
    remedy: 'Write the number, or leave the row out if it is not known.',
  },
  ambiguous_number: {
    meaning: 'The comma or point could be a decimal sign or a thousands separator.',
    remedy:
      'Choose the decimal sign of the file, or export numbers without thousands separators and with a decimal point.',
  },
  negative_quantity: {
    meaning: 'A quantity is below zero.',
    remedy:
      'Net returns against the sales of their day and write 0 where less remains; put unfilled demand into backorders.',
  },
  too_many_decimals: {
    meaning: 'The number has more decimals than can be kept.',
    remedy: 'Round it to the number of decimals that the column takes (4 for quantities).',
  },
  out_of_range: {
    meaning: 'The value is outside of what the column takes.',
    remedy: 'Check the value and its unit; docs/importing.md states the range of each column.',
  },
  not_a_date: {
    meaning: 'The cell does not hold a date that exists.',
    remedy: 'Write dates as YYYY-MM-DD, without a time of day.',
  },
  date_in_future: {
    meaning: 'The date is after today.',
    remedy: 'Check the date and the date format; only what has happened can be imported.',
  },
  date_too_far: {
    meaning: 'The date is more than two years ahead.',
    remedy: 'Check the year and the date format; plans reach two years ahead at most.',
  },
  reversed_days: {
    meaning: 'The last day lies before the first one, or more than a year after it.',
    remedy: 'Check the two dates and their columns; split what lasts longer into several lines.',
  },
  unknown_sku: {
    meaning: 'There is no product with this SKU.',
    remedy: 'Import the product first, or correct the SKU; upper and lower case count.',
  },
  unknown_supplier: {
    meaning: 'There is no supplier with this code.',
    remedy: 'Import the supplier first, or correct the code; upper and lower case count.',
  },
  duplicate_key: {
    meaning: 'An earlier line says something else about the same thing.',
    remedy:
      'Keep one of the two lines. Where sales have several lines a day, sum them per day or choose duplicates: sum.',
  },
  second_preferred: {
    meaning: 'An earlier line already names the preferred supplier of this product.',
    remedy: 'Mark one supplier per product as preferred.',
  },
  too_few_cells: {
    meaning: 'The row has fewer cells than the header.',
    remedy: 'Check for a missing separator; write a blank cell as nothing between two separators.',
  },
  too_many_cells: {
    meaning: 'The row has more cells than the header.',
    remedy: 'Put cells that contain the separator in double quotes.',
  },
  unclosed_quote: {
    meaning: 'A quoted cell does not end as it should.',
    remedy: 'Close the quote, and write a quote inside a quoted cell twice.',
  },
  not_a_choice: {
    meaning: 'The cell is none of the values that the column takes.',
    remedy:
      'Write yes or no (1, 0, true, false), a currency as EUR, weekdays as 1-5 with Monday as 1.',
  },
  text_too_long: {
    meaning: 'The text is longer than can be kept.',
    remedy: 'Shorten it; docs/importing.md states the length of each column.',
  },
};
