import { type Child, svg } from './element.ts';
import type { Look } from './emotions.ts';

const line = (d: string) => svg('path', { d });
const dot = (x: number, y: number, r = 3.4) => svg('circle', { cx: x, cy: y, r, class: 'dot' });
const ring = (x: number, y: number, rx: number, ry = rx) => svg('ellipse', { cx: x, cy: y, rx, ry });

/** A few lines each, so that a mood is known by its shape, without its colour. */
const FEATURES: Readonly<Record<Look, () => readonly Child[]>> = {
  angry: () => [line('M27 33 42 41M73 33 58 41'), dot(37, 48), dot(63, 48), line('M36 69Q50 60 64 69')],
  disgust: () => [line('M30 46H43M57 46H70M29 36 41 38'), line('M34 68Q42 58 51 64T67 60')],
  fear: () => [
    line('M28 34Q33 27 41 29M72 34Q67 27 59 29'),
    ring(36, 46, 5),
    ring(64, 46, 5),
    line('M34 68q5-7 10.500 0t10.500 0 10.500 0'),
  ],
  happy: () => [line('M29 46q7-9 14 0M57 46q7-9 14 0'), line('M30 58Q50 84 70 58')],
  sad: () => [line('M28 40 41 34M72 40 59 34'), dot(36, 49), dot(64, 49), line('M37 71Q50 58 63 71')],
  surprise: () => [line('M28 33q7-7 14-1M58 32q7-6 14 1'), dot(36, 46, 4.6), dot(64, 46, 4.6), ring(50, 68, 6, 8)],
  neutral: () => [dot(36, 46), dot(64, 46), line('M36 66H64')],
  uncertain: () => [dot(36, 46), dot(64, 46), line('M34 67q5-6 10 0t10 0')],
  nobody: () => [],
  unknown: () => [line('M40 50H60')],
};

/** A face for a mood; silent to screen readers, for its name always stands beside it. */
export function face(look: Look): SVGSVGElement {
  const disc = svg('circle', { cx: 50, cy: 50, r: 46, class: 'disc' });
  const features = svg('g', { class: 'features' }, ...FEATURES[look]());
  return svg(
    'svg',
    { viewBox: '0 0 100 100', class: 'face', 'data-look': look, 'aria-hidden': 'true' },
    disc,
    features,
  );
}
