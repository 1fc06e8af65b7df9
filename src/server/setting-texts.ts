import type { Precision } from '../ml/chronos/layers.ts';
import { parseModel } from '../ml/models/find-model.ts';

// How the text of a setting becomes its value; undefined where it cannot.

/** A whole number between the two, both included. */
export const wholeNumber = (least: number, most: number) => (value: string) => {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
};
/** 0, 1, true or false. */
export const yesOrNo = (value: string) =>
  ({ '1': true, true: true, '0': false, false: false })[value];
/** An http or https address, without a slash at its end. */
export const webAddress = (value: string) =>
  /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value.replace(/\/+$/, '') : undefined;
/** An e-mail address in lower case. */
export const emailAddress = (value: string) =>
  /^[^\s@]+@[^\s@]+$/.test(value) ? value.toLowerCase() : undefined;
/** A password that a person is given. */
export const newPassword = (value: string) =>
  value.length >= 10 && value.length <= 200 ? value : undefined;
/** How the products of a model are computed. */
export const precisionWord = (value: string): Precision | undefined =>
  (({ float32: 'float32', int8: 'int8' }) as const)[value];
/** Names of models, or `none` for the runtime alone. */
export const modelWords = (value: string) => {
  const words = value === 'none' ? [] : value.split(',').map((word) => word.trim());
  return words.every(parseModel) ? words : undefined;
};
