/** The page is written in English; numbers and dates follow the reader's English, if any. */
export function pickLocale(languages: readonly string[]): string {
  return languages.find((language) => /^en\b/i.test(language)) ?? 'en-GB';
}

export const locale = pickLocale(globalThis.navigator?.languages ?? []);
