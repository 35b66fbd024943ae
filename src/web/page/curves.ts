import type uPlot from 'uplot';
import type { BinAnswer } from '../history/history-answer.ts';
import { loadPlots } from './plot-library.ts';

export interface CurveEvents {
  /** A stretch was chosen by dragging over it. */
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** The pointer is at a bin, or nowhere. */
  readonly onPoint: (bin: number | undefined) => void;
  /** The plot has this place now, in px of the page from its left. */
  readonly onLayout: (left: number, width: number) => void;
}

export interface CurveData {
  readonly fromMs: number;
  readonly toMs: number;
  readonly binMs: number;
  readonly bins: readonly (BinAnswer | null)[];
}

const HEIGHT_PX = 220;

/** Valence and arousal over time. */
export class Curves {
  readonly #root: HTMLElement;
  readonly #events: CurveEvents;
  #plot: uPlot | undefined;
  #data: CurveData | undefined;

  constructor(root: HTMLElement, events: CurveEvents) {
    this.#root = root;
    this.#events = events;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#remake();
    });
    new ResizeObserver(() => {
      const width = root.clientWidth;
      if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT_PX });
    }).observe(root);
  }

  async show(data: CurveData): Promise<void> {
    this.#data = data;
    const Plot = await loadPlots();
    if (this.#data !== data) return;
    this.#plot ??= new Plot(this.#options(Plot), [[], [], []], this.#root);
    const { fromMs, toMs, binMs, bins } = data;
    this.#plot.batch(() => {
      this.#plot?.setData(
        [
          bins.map((_, i) => (fromMs + (i + 0.5) * binMs) / 1000),
          bins.map((bin) => (present(bin) ? bin.valence : null)),
          bins.map((bin) => (present(bin) ? bin.arousal : null)),
        ],
        false,
      );
      this.#plot?.setScale('x', { min: fromMs / 1000, max: toMs / 1000 });
    });
  }

  #remake(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    if (this.#data) void this.show(this.#data);
  }

  #options(Plot: typeof uPlot): uPlot.Options {
    const style = getComputedStyle(this.#root);
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const font = `13px ${style.fontFamily}`;
    const axis = { stroke: colour('soft'), font, grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } };
    const spline = Plot.paths.spline?.();
    const curve = (name: string, dash: number[]): uPlot.Series => ({
      label: name,
      stroke: colour(name),
      width: 2,
      dash,
      points: { show: false },
      ...(spline && { paths: spline }),
    });
    return {
      width: this.#root.clientWidth,
      height: HEIGHT_PX,
      legend: { show: false },
      scales: { x: { time: true }, y: { range: [-1, 1] } },
      // A dash tells the two apart where colours do not.
      series: [{}, curve('valence', []), curve('arousal', [7, 5])],
      axes: [
        { ...axis, values: (_plot, ticks) => ticks.map(tickLabel(ticks)) },
        {
          ...axis,
          size: 44,
          splits: () => [-1, -0.5, 0, 0.5, 1],
          values: (_plot, ticks) => ticks.map((value) => (value < 0 ? `−${-value}` : String(value))),
        },
      ],
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 8 } },
      hooks: {
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            this.#events.onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        setCursor: [
          ({ cursor: { idx } }) => {
            this.#events.onPoint(idx ?? undefined);
          },
        ],
        draw: [
          ({ bbox }) => {
            this.#events.onLayout(bbox.left / devicePixelRatio, bbox.width / devicePixelRatio);
          },
        ],
      },
    };
  }
}

/** Nobody there has no valence. */
function present(bin: BinAnswer | null): bin is BinAnswer {
  return bin !== null && Object.keys(bin.held).some((mood) => mood !== 'nobody');
}

/** Local times; the day where ticks are days apart, or where one begins. */
function tickLabel(ticks: readonly number[]): (tick: number) => string {
  const stepS = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return (tick) => {
    const at = new Date(tick * 1000);
    if (stepS >= 86_400 || (at.getHours() === 0 && at.getMinutes() === 0 && stepS >= 600))
      return at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric' });
    return at.toLocaleTimeString('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      ...(stepS < 60 && { second: '2-digit' }),
    });
  };
}
