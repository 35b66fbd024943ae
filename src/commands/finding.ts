/** One thing that was looked at. */
export interface Finding {
  readonly subject: string;
  readonly status: 'ok' | 'warning' | 'fault';
  /** What is, and where it is not well, what to do. */
  readonly message: string;
}
