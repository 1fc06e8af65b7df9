import type { Command } from 'commander';
import { badOption, parseModelName } from './options.ts';

/** Says which columns of a series file are read, for every verb that reads one. */
export function addColumnOptions(command: Command): Command {
  return command
    .option('--id-column <name>', 'column with the name of the series', 'unique_id')
    .option('--time-column <name>', 'column with the date or time', 'ds')
    .option('--value-column <name>', 'column with the demand', 'y')
    .option('--covariates <list>', 'columns known in advance: promotion,holiday', parseColumns)
    .option('--stock-column <name>', 'column with 0 where it was sold out: not observed')
    .option('--unfinished', 'the newest period of the file is not over yet: not observed')
    .option('--price-column <name>', 'column with the price, known in advance')
    .option('--category-column <name>', 'column with the group of a series; used by trees');
}

/** Says which model joins, and which series it sees together, for the verbs that ask one. */
export function addModelOptions(command: Command): Command {
  return command
    .option('--model <name>', 'an installed model joins the candidates', parseModelName)
    .option('--group-column <name>', 'column whose series Chronos-2 looks at together');
}

/** What the columns beside the demand mean, for the help of a verb. */
export const COLUMNS_EXPLAINED = `
Covariates are 1 or 0, yes or no, the number of a category, or what is measured, such as 12.5 degrees;
blank is 0, but not known in a column of fractions that is mostly filled. A flag under which nothing
ever sold (open: 0) means shut.
Rows after the last demand of a series, with nothing in the demand column, are the days to come: they
say what is planned.
Chronos-2 uses covariates and groups; a group shares the name in its column and the date of its last demand.
Eight series or more with a history teach one another: boosted trees over all of them join the candidates.
`;

function parseColumns(text: string): string[] {
  const names = text.split(',').map((part) => part.trim());
  if (names.every((name) => name !== '')) return [...new Set(names)];
  throw badOption('--covariates', text, 'names of columns, such as promotion,holiday');
}
