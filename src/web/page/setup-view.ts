import { element } from './element.ts';
import type { MakeView } from './view.ts';

export const makeSetupView: MakeView = () => ({
  root: element('section', {}, element('h1', { tabindex: '-1' }, 'Setup')),
});
