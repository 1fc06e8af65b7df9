import { locale } from '../format/locale.ts';

/** Currencies in use, with their names; the few that most people look for come first. */
const common = ['EUR', 'USD', 'GBP', 'CHF', 'JPY'];

export function currencyChoices(): { code: string; name: string }[] {
  const names = new Intl.DisplayNames([locale], { type: 'currency' });
  const others = Intl.supportedValuesOf('currency').filter((code) => !common.includes(code));
  return [...common, ...others].map((code) => ({ code, name: names.of(code) ?? code }));
}
