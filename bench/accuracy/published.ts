/** Published and measured figures of others on the same data, and what is wanted here. */
import type { Figures } from './measure.ts';

/** A row to stand beside ours; `target` where it is what we want to reach. */
export interface Peer {
  readonly name: string;
  readonly figures: Partial<Figures> & { readonly owa?: number };
  readonly target?: true;
}

export const PEERS: Readonly<Record<string, readonly Peer[]>> = {
  m3_monthly: [
    { name: 'seasonal naive (fev)', figures: { mase: 1.1462 } },
    { name: 'AutoETS (fev)', figures: { mase: 0.8634 } },
    { name: 'TiRex (fev)', figures: { mase: 0.8308 } },
  ],
  m3_quarterly: [
    { name: 'seasonal naive (fev)', figures: { mase: 1.4253 } },
    { name: 'AutoETS (fev)', figures: { mase: 1.1436 } },
    { name: 'TiRex (fev)', figures: { mase: 1.1542 } },
  ],
  m3_yearly: [{ name: 'R thetaf', figures: { mase: 2.774 } }],
  tourism_monthly: [{ name: 'R ets', figures: { mase: 1.5262 } }],
  tourism_quarterly: [{ name: 'R ets', figures: { mase: 1.5923 } }],
  nn5: [
    { name: 'R ets, season 7', figures: { mase: 0.624, wql: 0.169 } },
    { name: 'Chronos-Bolt base', figures: { mase: 0.576, wql: 0.15 } },
    { name: 'TiRex', figures: { mase: 0.548, wql: 0.143 } },
    { name: 'wanted', figures: { mase: 0.576, wql: 0.15 }, target: true },
  ],
  m4_weekly: [
    { name: 'SCUM', figures: { owa: 0.751 } },
    { name: 'wanted', figures: { owa: 0.75 }, target: true },
  ],
  m4_hourly: [
    { name: 'ES-RNN', figures: { owa: 0.44 } },
    { name: 'SCUM', figures: { owa: 0.663 } },
    { name: 'wanted', figures: { owa: 0.44 }, target: true },
  ],
  m5_ca1_foods: [
    { name: 'mean of 28 days', figures: { rmsse: 0.7706 } },
    { name: '10th place', figures: { rmsse: 0.7568 } },
    {
      name: 'wanted',
      figures: { rmsse: 0.755, coverage80: 0.8, coverage95: 0.95 },
      target: true,
    },
  ],
  uci_hierarchical_sales: [
    { name: 'seasonal naive (fev)', figures: { mase: 0.9949, sql: 1.0292 } },
    { name: 'AutoARIMA (fev)', figures: { mase: 0.7736, sql: 0.6445, wql: 0.6915 } },
    { name: 'LightGBM (fev)', figures: { mase: 0.6884 } },
    { name: 'Chronos-2 (fev)', figures: { mase: 0.6889, sql: 0.5567, wql: 0.5715 } },
    { name: 'TiRex (fev)', figures: { mase: 0.6854, sql: 0.5473, wql: 0.5556 } },
    { name: 'wanted', figures: { mase: 0.68, sql: 0.545 }, target: true },
  ],
  uci_hierarchical_weekly: [
    { name: 'seasonal naive (fev)', figures: { mase: 1.1617, sql: 1.3859 } },
    { name: 'AutoARIMA (fev)', figures: { mase: 0.9125, sql: 0.7473 } },
    { name: 'Chronos-2 (fev)', figures: { mase: 0.7539, sql: 0.6161 } },
    { name: 'TimesFM-2.5 (fev)', figures: { mase: 0.7508 } },
    { name: 'wanted', figures: { mase: 0.75, sql: 0.615 }, target: true },
  ],
  spares_raf: [
    {
      name: 'wanted: the best',
      figures: { rmsse: 0.6038, sum90: 0.82, sum95: 0.577, sum99: 0.254 },
      target: true,
    },
  ],
  spares_auto: [
    {
      name: 'wanted: the best',
      figures: { rmsse: 0.8186, sum90: 0.236, sum95: 0.165, sum99: 0.079 },
      target: true,
    },
  ],
};
