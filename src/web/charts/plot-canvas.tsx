import { type KeyboardEvent, useRef } from 'react';
import type { Plot } from './use-plot.ts';
import { usePlot } from './use-plot.ts';

interface PlotCanvasProps {
  label: string;
  plot: Plot;
  /** What the cursor stands on; read aloud while the arrow keys move it. */
  reading: string;
}

const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 };

/** The canvas, its cursor for mouse and arrow keys, and the line that reads out the cursor. */
export function PlotCanvas({ label, plot, reading }: PlotCanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = usePlot(host, plot);

  const move = (event: KeyboardEvent) => {
    const drawn = chart.current;
    const step = steps[event.key];
    if (!drawn || step === undefined) return;
    event.preventDefault();
    const times = plot.data[0];
    const from = drawn.cursor.idx ?? times.length - 1;
    const to = Math.min(times.length - 1, Math.max(0, from + step));
    const left = drawn.valToPos(times[to] as number, 'x');
    drawn.setCursor({ left, top: drawn.height / 3 });
  };

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: no element means "a chart to walk through" */}
      <div
        ref={host}
        className="chart-canvas"
        style={{ height: plot.height }}
        role="group"
        aria-roledescription="chart"
        aria-label={`${label}. Left and right arrow keys read day by day.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its cursor
        tabIndex={0}
        onKeyDown={move}
      />
      <output className="chart-reading">{reading}</output>
    </>
  );
}
