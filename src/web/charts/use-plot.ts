import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useColorScheme } from '../components/theme.ts';
import { dayShort, fromEpochSeconds, monthShort } from '../format/date.ts';
import { decimal } from '../format/number.ts';

/** Colours of the theme, for a canvas, which knows nothing of CSS. */
export type Ink = (variable: string) => string;

/** What a chart is, apart from its size. */
export interface Plot {
  readonly data: uPlot.AlignedData;
  readonly height: number;
  readonly options: (ink: Ink) => Omit<uPlot.Options, 'width' | 'height'>;
  readonly onIndex: (index: number | null) => void;
}

const colours = new Map<string, string>();

/**
 * `light-dark()` is resolved by asking for a colour that is in use, not for the variable's text. To
 * ask makes the browser work out the styles of the page, so that each is asked for once per scheme.
 */
function inkOf(element: HTMLElement, scheme: string): Ink {
  return (variable) => {
    const key = `${scheme} ${variable}`;
    const known = colours.get(key);
    if (known) return known;
    const probe = document.createElement('span');
    probe.style.color = `var(${variable})`;
    element.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    colours.set(key, colour);
    return colour;
  };
}

/** Draws a plot into the element, and again when the width or the theme changes. */
export function usePlot(
  element: RefObject<HTMLDivElement | null>,
  plot: Plot,
): RefObject<uPlot | null> {
  const chart = useRef<uPlot | null>(null);
  const scheme = useColorScheme();

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    const options = plot.options(inkOf(host, scheme));
    const drawn = new uPlot(
      {
        ...options,
        width: host.clientWidth,
        height: plot.height,
        hooks: {
          ...options.hooks,
          setCursor: [({ cursor }) => plot.onIndex(cursor.idx ?? null)],
        },
      },
      plot.data,
      host,
    );
    chart.current = drawn;
    const observer = new ResizeObserver(() => {
      if (host.clientWidth !== drawn.width) {
        drawn.setSize({ width: host.clientWidth, height: plot.height });
      }
    });
    observer.observe(host);
    return () => {
      observer.disconnect();
      drawn.destroy();
      chart.current = null;
    };
  }, [plot, scheme, element]);

  return chart;
}

/** As wide as the widest label: small numbers leave their room to the chart. */
function labelWidth(_plot: uPlot, labels: string[] | null): number {
  const longest = Math.max(1, ...(labels ?? []).map((label) => label.length));
  return 14 + 7.5 * longest;
}

/** Axes in the page's type and colours. */
export function axes(ink: Ink): uPlot.Axis[] {
  const shared: uPlot.Axis = {
    stroke: ink('--ink-soft'),
    font: '12px ui-sans-serif, system-ui, sans-serif',
    grid: { stroke: ink('--line'), width: 1 },
    ticks: { show: false },
  };
  return [
    { ...shared, size: 44, gap: 7, grid: { show: false }, values: timeLabels },
    {
      ...shared,
      size: labelWidth,
      gap: 8,
      space: 36,
      values: (_plot, splits) => splits.map((value) => decimal(value, 1)),
    },
  ];
}

/** Days where days are apart, months where months are; the year where it begins. */
export function timeLabels(_plot: unknown, splits: readonly number[]): string[] {
  const wide = splits.length > 1 && (splits[1] as number) - (splits[0] as number) > 25 * 86_400;
  let year = '';
  return splits.map((seconds) => {
    const date = fromEpochSeconds(seconds);
    const label = wide ? monthShort(date) : dayShort(date);
    const turned = year !== date.slice(0, 4);
    year = date.slice(0, 4);
    return turned ? `${label}\n${year}` : label;
  });
}

/** Days are UTC: drawn in the reader's zone, a label could slip to the day before. */
export const utcDate = (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'UTC');
