/** The bars as a picture: each figure over what is wanted of it; left of the line is reached. */

/** One figure and what it is to reach. */
export interface Bar {
  readonly name: string;
  readonly measure: string;
  readonly own: number;
  readonly wanted: number;
}

const ROW = 22;
const LEFT = 280;
const WIDTH = 360;
const RIGHT = 130;
const LEAST = 0.7;
const MOST = 1.3;

/**
 * Draws bars as SVG that is readable on light and on dark ground.
 * `bars` errors, smaller is better · returns the text of the file
 */
export function plotBars(bars: readonly Bar[]): string {
  const height = ROW * bars.length + 60;
  const x = (ratio: number) =>
    LEFT + (WIDTH * (Math.min(MOST, Math.max(LEAST, ratio)) - LEAST)) / (MOST - LEAST);
  const rows = bars.map(({ name, measure, own, wanted }, i) => {
    const y = 40 + ROW * i;
    const reached = own <= wanted;
    const place = x(own / wanted).toFixed(1);
    return [
      `<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${name}, ${measure}</text>`,
      `<line x1="${x(1)}" y1="${y}" x2="${place}" y2="${y}" class="${reached ? 'in' : 'out'}"/>`,
      `<circle cx="${place}" cy="${y}" r="5" class="${reached ? 'in' : 'out'}"/>`,
      `<text x="${LEFT + WIDTH + 10}" y="${y + 4}">${own.toFixed(3)} / ${wanted.toFixed(3)}</text>`,
    ].join('');
  });
  const width = LEFT + WIDTH + RIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Figures over what is wanted of them">
<style>text{fill:#57606a}line{stroke-width:2}.axis{stroke:#8b949e}line.in{stroke:#2f81f7}line.out{stroke:#db6d28}circle.in{fill:#2f81f7}circle.out{fill:none;stroke:#db6d28;stroke-width:2}@media (prefers-color-scheme:dark){text{fill:#b1bac4}}</style>
<text x="${x(1)}" y="16" text-anchor="middle">wanted</text>
<text x="${LEFT}" y="16">better</text>
<text x="${LEFT + WIDTH}" y="16" text-anchor="end">worse</text>
<text x="${LEFT + WIDTH + 10}" y="16">own / wanted</text>
<line class="axis" x1="${x(1)}" y1="24" x2="${x(1)}" y2="${height - 20}"/>
${rows.join('\n')}
</svg>
`;
}
