import type { Home, HomeFeed } from './home.ts';

/** One of the page's views, made when it is first looked at. */
export interface View {
  readonly root: HTMLElement;
  /** It comes into sight; `rest` is what follows its name in the address. */
  show?(rest: readonly string[]): void;
  /** It goes out of sight. */
  hide?(): void;
  /** The home has changed, or a second has passed; only while in sight. */
  update?(home: Home, nowMs: number): void;
}

export type MakeView = (feed: HomeFeed) => View;
