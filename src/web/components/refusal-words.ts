import { sentence } from '../format/words.ts';

const words: Record<string, { title: string; remedy: string }> = {
  too_short: {
    title: 'Too few sales to forecast.',
    remedy: 'It is forecast as soon as there are enough days; until then plan it by hand.',
  },
  no_history: {
    title: 'There are no sales to forecast from.',
    remedy: 'Import sales of this product.',
  },
  all_zero: {
    title: 'Nothing was ever sold.',
    remedy: 'Check the sales file, or stop planning this product.',
  },
};

/** Why a series was not forecast, in words; a code without words is spelled out. */
export function refusalWords(code: string): { title: string; remedy: string } {
  return (
    words[code] ?? {
      title: `Not forecast: ${sentence(code).toLowerCase()}.`,
      remedy: 'The details say what was found.',
    }
  );
}
