import type { KnownEffect } from './known-effects-fit.ts';
import type { BacktestScore, ExternalForecast } from './types.ts';

/** Why a method was chosen, as data. */
export interface Choice {
  /**
   * `lowest_error` won the backtest · `shared` mean of the choice and of what learned from all series · `sharpest` by its quantiles, not by its mean · `combination` of several did · `asked_for` by name ·
   * `by_rule` where no backtest was possible · `fallback` where the method asked for cannot be fitted.
   */
  readonly code:
    | 'lowest_error'
    | 'shared'
    | 'sharpest'
    | 'combination'
    | 'asked_for'
    | 'by_rule'
    | 'fallback';
  readonly members: readonly {
    readonly method: string;
    /** What a reader calls it, for example `ETS(M,N,M)`. */
    readonly form: string;
    readonly weight: number;
    readonly parameters: Readonly<Record<string, number>>;
  }[];
  /** Candidates that were scored. */
  readonly candidates: number;
  readonly windows: number;
  /** What the history tells of what is known in advance, the largest effect first; models that do not see it are corrected by it. */
  readonly effects?: readonly KnownEffect[];
  /** The method that was wanted and could not be used. */
  readonly instead?: string;
  /** What came of forecasters outside of the engine. */
  readonly external?:
    | readonly {
        readonly method: string;
        readonly title: string;
        /** Share of error saved against the best of the engine's own, by the forecast where it is a part of that; below 0 where it erred more. */
        readonly gain?: number;
        readonly unavailable?: string;
        /** What it rests on, the most important first. */
        readonly importance?: ExternalForecast['importance'];
      }[]
    | undefined;
}

/**
 * Says in one plain sentence why a method was chosen.
 * `choice` as data · `scores` of the backtest · returns a sentence for a reader
 */
export function explain(choice: Choice, scores: readonly BacktestScore[]): string {
  const name = choice.members.map(({ form }) => form).join(', ');
  const over = `over ${counted(choice.windows, 'window')}`;
  switch (choice.code) {
    case 'lowest_error':
      return `${name} had the lowest backtest error of ${counted(choice.candidates, 'candidate')} ${over}${figures(choice, scores)}.`;
    case 'shared':
      if (choice.members.length === 1)
        return `${name}, which learns from all series, was taken alone: over all of them nothing adds to it${figures(choice, scores)}.`;
      return `The mean of what learns from all series and of the choice made without it (${shares(choice)}) was taken, as such means err less than their parts${figures(choice, scores)}.`;
    case 'sharpest':
      return `${name} had the best quantiles of ${counted(choice.candidates, 'candidate')} ${over}${figures(choice, scores)}.`;
    case 'combination': {
      const what = `A combination (${shares(choice)})`;
      return beats(scores)
        ? `${what} had the lowest backtest error of ${counted(choice.candidates, 'candidate')} ${over}${figures(choice, scores)}.`
        : `${what} was taken, as ${counted(choice.windows, 'window')} cannot tell its members apart${figures(choice, scores)}.`;
    }
    case 'asked_for':
      return `${name} was asked for${choice.windows > 0 ? figures(choice, scores) : ''}.`;
    case 'fallback':
      return `${name} stands in for ${choice.instead}, which cannot be fitted to this series.`;
    case 'by_rule':
      return `${name} was taken by rule: the history is too short for a backtest, or none was asked for.`;
  }
}

function shares({ members }: Choice): string {
  return members.map(({ form, weight }) => `${form} ${Math.round(100 * weight)} %`).join(', ');
}

/** Whether the combination measured no worse than every single candidate. */
function beats(scores: readonly BacktestScore[]): boolean {
  const own = scores.find(({ method }) => method === 'combination');
  return own !== undefined && scores.every(({ rmsse }) => own.rmsse <= rmsse);
}

function figures(choice: Choice, scores: readonly BacktestScore[]): string {
  const method = choice.members.length > 1 ? 'combination' : choice.members[0]!.method;
  const own = scores.find((score) => score.method === method);
  const peer = scores.find((score) => score.method === 'seasonal-naive');
  if (own === undefined) return '';
  if (peer === undefined || peer === own) return `: RMSSE ${own.rmsse.toFixed(2)}`;
  return `: RMSSE ${own.rmsse.toFixed(2)} against ${peer.rmsse.toFixed(2)} for seasonal naive`;
}

/** Effects that a reader is told of: the largest, and none that nobody would notice. */
const MOST_EFFECTS = 3;
const LEAST_EFFECT = 0.02;

/**
 * Says in a sentence what the history tells of promotions, prices and the like.
 * `effects` the largest first · returns sentences for a reader
 */
export function explainEffects(effects: readonly KnownEffect[]): readonly string[] {
  const told = effects
    .filter(({ factor }) => Math.abs(Math.log(factor)) > LEAST_EFFECT)
    .slice(0, MOST_EFFECTS)
    .map(({ column, from, to, factor }, i) => {
      const flag = from === 0 && to === 1;
      const what = flag ? column : `${column} from ${figure(from)} to ${figure(to)}`;
      return `${what} ${i === 0 ? 'multiplies demand ' : ''}by ${figure(factor)}`;
    });
  return told.length === 0 ? [] : [`As the history has it, ${told.join(', ')}.`];
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/**
 * Says in a sentence that nothing is expected where it is known to be shut.
 * `shut` per period to come, 1 where it is · returns sentences for a reader
 */
export function explainShut(shut: Uint8Array): readonly string[] {
  const closed = shut.reduce((sum, one) => sum + one, 0);
  if (closed === 0) return [];
  return [
    `Nothing is expected in ${counted(closed, 'period')} ahead, under whose flag nothing ever sold.`,
  ];
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
