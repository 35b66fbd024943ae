import type uPlot from 'uplot';

let loading: Promise<typeof uPlot> | undefined;

/** uPlot, fetched when the first curve is drawn. */
export function loadPlots(): Promise<typeof uPlot> {
  loading ??= new Promise((resolve, reject) => {
    const style = document.createElement('link');
    Object.assign(style, { rel: 'stylesheet', href: '/vendor/uplot.css' });
    const script = document.createElement('script');
    script.src = '/vendor/uplot.js';
    script.onload = () => {
      resolve((globalThis as unknown as { uPlot: typeof uPlot }).uPlot);
    };
    script.onerror = () => {
      loading = undefined;
      reject(new Error('the curves could not be fetched'));
    };
    document.head.append(style, script);
  });
  return loading;
}
