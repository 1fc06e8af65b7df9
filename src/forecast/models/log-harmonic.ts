import type { Model } from '../model.ts';
import { harmonic } from './harmonic.ts';
import { fitOnLogarithms } from './on-logarithms.ts';

/**
 * Dynamic harmonic regression of the logarithms of demand: the harmonics of a season are factors, not shifts.
 * `y` demand per period, units, oldest first
 * refuses what `harmonic` does, and demand that is not above zero in every period
 * source Young, Pedregal & Tych (1999); Box & Cox (1964)
 */
export const logHarmonic: Model = {
  name: 'log-harmonic',
  title: 'Dynamic harmonic regression of logarithms',
  source: 'Young, Pedregal & Tych (1999)',
  fit: (y, options) => fitOnLogarithms(y, { model: harmonic, name: 'log-harmonic' }, options),
};
