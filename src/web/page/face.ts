import { svg } from './element.ts';
import type { Look } from './emotions.ts';

/** What a face is drawn of, in a square of 100 by 100. */
interface Features {
  /** Strokes, as the `d` of an SVG path. */
  readonly lines: string;
  /** Filled, as x, y and radius. */
  readonly dots: readonly (readonly [number, number, number])[];
  /** Open, as x, y and two radii. */
  readonly rings: readonly (readonly [number, number, number, number])[];
}

const of = (lines: string, dots: Features['dots'] = [], rings: Features['rings'] = []): Features => ({
  lines,
  dots,
  rings,
});
const eyes = (y: number, r = 3.4): Features['dots'] => [
  [36.5, y, r],
  [63.5, y, r],
];

/** A few lines each, so that a mood is known by its shape, without its colour. */
const FEATURES: Readonly<Record<Look, Features>> = {
  angry: of('M27 33 42 41M73 33 58 41M36 69Q50 60 64 69', eyes(48)),
  disgust: of('M30 46H43M57 46H70M29 36 41 38M34 68Q42 58 51 64T67 60'),
  fear: of(
    'M28 34Q33 27 41 29M72 34Q67 27 59 29M34 68q5-7 10.500 0t10.500 0 10.500 0',
    [],
    [
      [36, 46, 5, 5],
      [64, 46, 5, 5],
    ],
  ),
  happy: of('M29 46q7-9 14 0M57 46q7-9 14 0M30 58Q50 84 70 58'),
  sad: of('M28 40 41 34M72 40 59 34M37 71Q50 58 63 71', eyes(49)),
  surprise: of('M28 33q7-7 14-1M58 32q7-6 14 1', eyes(46, 4.6), [[50, 68, 6, 8]]),
  neutral: of('M36 66H64', eyes(46)),
  uncertain: of('M34 67q5-6 10 0t10 0', eyes(46)),
  nobody: of(''),
  unknown: of('M40 50H60'),
};

/** A face for a mood; silent to screen readers, for its name always stands beside it. */
export function face(look: Look): SVGSVGElement {
  const { lines, dots, rings } = FEATURES[look];
  const features = svg(
    'g',
    { class: 'features' },
    svg('path', { d: lines }),
    ...dots.map(([cx, cy, r]) => svg('circle', { cx, cy, r, class: 'dot' })),
    ...rings.map(([cx, cy, rx, ry]) => svg('ellipse', { cx, cy, rx, ry })),
  );
  const disc = svg('circle', { cx: 50, cy: 50, r: 46, class: 'disc' });
  return svg(
    'svg',
    { viewBox: '0 0 100 100', class: 'face', 'data-look': look, 'aria-hidden': 'true' },
    disc,
    features,
  );
}

/** The same without its disc, `px` high, around a point of a canvas, in the colour that is set for strokes and fills. */
export function paintFace(
  context: CanvasRenderingContext2D,
  look: Look,
  [x, y]: readonly [number, number],
  px: number,
): void {
  const { lines, dots, rings } = FEATURES[look];
  context.save();
  context.translate(x - px / 2, y - px / 2);
  context.scale(px / 100, px / 100);
  context.lineWidth = 8;
  context.lineCap = context.lineJoin = 'round';
  context.stroke(new Path2D(lines));
  context.beginPath();
  for (const [cx, cy, rx, ry] of rings) {
    context.moveTo(cx + rx, cy);
    context.ellipse(cx, cy, rx, ry, 0, 0, 7);
  }
  context.stroke();
  context.beginPath();
  for (const [cx, cy, r] of dots) context.arc(cx, cy, r + 1.5, 0, 7);
  context.fill();
  context.restore();
}
