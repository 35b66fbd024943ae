import { element, mark } from './element.ts';

/** A number between two words. */
export interface Gauge {
  readonly root: HTMLElement;
  readonly set: (value: number, words: string) => void;
}

export function makeGauge(low: string, high: string, min: number, max: number): Gauge {
  const track = element('div', { class: 'track' }, element('div', { class: 'knob' }));
  const share = (value: number): string => `${((Math.max(min, Math.min(max, value)) - min) / (max - min)) * 100}%`;
  track.style.setProperty('--origin', share(0));
  const root = element(
    'div',
    {
      class: 'gauge',
      role: 'meter',
      'aria-label': `${low} to ${high}`,
      'aria-valuemin': min,
      'aria-valuemax': max,
      'aria-valuenow': 0,
    },
    track,
    element('div', { class: 'ends' }, element('span', {}, low), element('span', {}, high)),
  );
  return {
    root,
    set: (value, words) => {
      track.style.setProperty('--at', share(value));
      mark(root, 'aria-valuenow', value.toFixed(2));
      mark(root, 'aria-valuetext', words);
    },
  };
}
