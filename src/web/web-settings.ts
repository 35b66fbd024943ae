/** How the page is served, and to whom. */
export interface WebSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** For people; without it and `token` everybody who reaches the page is let in. */
  readonly password: string | undefined;
  /** For programs, as `Authorization: Bearer …`. */
  readonly token: string | undefined;
  /** Names it may be called by, in lower case, beside addresses and the machine's own name. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of reverse proxies. */
  readonly trustedProxies: readonly string[];
  /** Whether it can be asked to show what cameras see. */
  readonly liveView: boolean;
  /** After so long a live view ends by itself. */
  readonly liveViewMs: number;
  /** So many pictures a second are encoded at most. */
  readonly liveViewFps: number;
}
