import type { Axis, Data, Mark, Scale, Spec } from 'vega';
import { type Markup, trustedMarkup } from './markup.ts';
import { type Flag, flagsAbove } from './phase-flags.ts';

export interface ChartOptions {
  /** In pixels, with the axes. */
  readonly width: number;
  /** In pixels, without the axes and what stands above. */
  readonly height: number;
  /** How long the load took. */
  readonly seconds: number;
  readonly phases: readonly { readonly label: string; readonly at: number }[];
  /** Whether the phases are named above their lines. Otherwise they have only their numbers. */
  readonly hasLabels: boolean;
  readonly y: { readonly title: string; readonly domain: readonly [number, number]; readonly isLogarithmic?: boolean };
  readonly data: readonly Data[];
  /** On the scales `x` (seconds) and `y`; the page's style sheet gives colours by the marks' names. */
  readonly marks: readonly Mark[];
}

const LEFT = 58;
const RIGHT = 10;
const BELOW = 40;
const ROW = 15;

/**
 * A picture over time as SVG, with a line for each phase. The same input gives the same bytes: nothing in it is measured
 * on a screen, and it has no identifiers.
 */
export async function chartSvg(options: ChartOptions): Promise<Markup> {
  // Only for a page with loads: it takes longer to import than all the rest.
  const { parse, View } = await import('vega');
  const view = new View(parse(specOf(options)), { renderer: 'none' });
  try {
    return trustedMarkup(rounded(await view.toSVG()));
  } finally {
    view.finalize();
  }
}

/** Hundredths of a pixel are enough. Texts stay as they are. */
function rounded(svg: string): string {
  return svg.replace(/<[^>]*>/g, (tag) => tag.replace(/\d+\.\d{3,}/g, (number) => String(+Number(number).toFixed(2))));
}

function specOf({ width, height, seconds, phases, hasLabels, y, data, marks }: ChartOptions): Spec {
  const inner = width - LEFT - RIGHT;
  const flags = flagsAbove(phases, { width: inner, seconds, hasLabels });
  const above = 8 + ROW * (1 + Math.max(-1, ...flags.map(({ row }) => row)));
  return {
    width: inner,
    height,
    autosize: 'none',
    padding: { left: LEFT, right: RIGHT, top: above, bottom: BELOW },
    config: { axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal', domain: false } },
    data: [...data, { name: 'flags', values: flags.map((flag) => placed(flag)) }],
    scales: [{ name: 'x', type: 'linear', domain: [0, seconds], range: 'width' }, yScale(y)],
    axes: [
      { scale: 'x', orient: 'bottom', title: 'time since the start of the load (s)', tickCount: inner / 70, ...QUIET },
      {
        scale: 'y',
        orient: 'left',
        title: y.title,
        titleX: 14 - LEFT,
        ...yTicks(y, height),
        grid: true,
        ticks: false,
        ...QUIET,
      },
    ],
    marks: [...marks, ...FLAG_MARKS],
  };
}

/** The whole picture has one description; its parts need none. */
const QUIET: Pick<Axis, 'aria' | 'titlePadding' | 'labelPadding'> = { aria: false, titlePadding: 8, labelPadding: 4 };

function yScale({ domain, isLogarithmic = false }: ChartOptions['y']): Scale {
  const common = { name: 'y', domain: [...domain], range: 'height' as const };
  return isLogarithmic ? { ...common, type: 'log' } : { ...common, type: 'linear', nice: 4 };
}

/** Of a logarithmic scale only the powers of ten; of a small one only whole numbers. */
function yTicks({ domain: [low, high], isLogarithmic = false }: ChartOptions['y'], height: number): Partial<Axis> {
  if (!isLogarithmic) return { tickCount: Math.min(Math.ceil(high), Math.floor(height / 30)), format: ',~r' };
  const powers: number[] = [];
  for (let power = low; power <= high; power *= 10) powers.push(power);
  return { values: powers, format: ',~r' };
}

function placed({ at, textAt, row, text }: Flag) {
  return { at, textAt, text, y: -6 - ROW * row };
}

const FLAG_MARKS: readonly Mark[] = [
  {
    type: 'rule',
    name: 'phase-line',
    aria: false,
    from: { data: 'flags' },
    encode: {
      enter: {
        x: { field: 'at', round: true, offset: 0.5 },
        y: { field: 'y', offset: -8 },
        y2: { signal: 'height' },
        strokeDash: { value: [3, 3] },
      },
    },
  },
  {
    type: 'text',
    name: 'phase-label',
    aria: false,
    from: { data: 'flags' },
    encode: {
      enter: { x: { field: 'textAt' }, y: { field: 'y' }, text: { field: 'text' }, fontSize: { value: 11 } },
    },
  },
];
