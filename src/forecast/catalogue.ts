import type { Model } from './model.ts';
import { adida } from './models/adida.ts';
import { arima } from './models/arima.ts';
import { bootstrap } from './models/bootstrap.ts';
import { ces } from './models/ces.ts';
import { croston } from './models/croston.ts';
import { damped } from './models/damped.ts';
import { drift } from './models/drift.ts';
import { dynamicTheta } from './models/dynamic-theta.ts';
import { ets } from './models/ets.ts';
import { harmonic } from './models/harmonic.ts';
import { historicAverage } from './models/historic-average.ts';
import { holt } from './models/holt.ts';
import { imapa } from './models/imapa.ts';
import { localLevel } from './models/local-level.ts';
import { logArima } from './models/log-arima.ts';
import { logCes } from './models/log-ces.ts';
import { logHarmonic } from './models/log-harmonic.ts';
import { logMstl } from './models/log-mstl.ts';
import { mstl } from './models/mstl.ts';
import { naive } from './models/naive.ts';
import { negativeBinomial } from './models/negative-binomial.ts';
import { npts } from './models/npts.ts';
import { optimisedTheta } from './models/optimised-theta.ts';
import { sba } from './models/sba.ts';
import { seasonalNaive } from './models/seasonal-naive.ts';
import { ses } from './models/ses.ts';
import { theta } from './models/theta.ts';
import { tsb } from './models/tsb.ts';
import { windowAverage } from './models/window-average.ts';
import { zeroInflated } from './models/zero-inflated.ts';

/** Every model that can be asked for by name, simplest first. */
export const MODELS: readonly Model[] = [
  naive,
  seasonalNaive,
  drift,
  historicAverage,
  windowAverage,
  localLevel,
  ses,
  holt,
  damped,
  ets,
  arima,
  logArima,
  ces,
  logCes,
  theta,
  optimisedTheta,
  dynamicTheta,
  mstl,
  logMstl,
  harmonic,
  logHarmonic,
  croston,
  sba,
  tsb,
  adida,
  imapa,
  negativeBinomial,
  zeroInflated,
  bootstrap,
  npts,
];

/** What a reader may know of a method. */
export interface MethodDescription {
  readonly name: string;
  readonly title: string;
  readonly source: string;
}

/** The catalogue as data: what `method` may be, besides `auto`. */
export const methods: readonly MethodDescription[] = MODELS.map(({ name, title, source }) => ({
  name,
  title,
  source,
}));

const BY_NAME: ReadonlyMap<string, Model> = new Map(MODELS.map((model) => [model.name, model]));

/**
 * Looks a model up.
 * `name` of the catalogue · returns Model, or undefined for an unknown name
 */
export function findModel(name: string): Model | undefined {
  return BY_NAME.get(name);
}
