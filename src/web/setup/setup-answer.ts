/** What the set-up starts from: the configuration as its file says now. */
export interface SetupAnswer {
  readonly file: string;
  /** Of the file's text. */
  readonly hash: string;
  /** As `file:line:column: message`; with an error, the rest is empty. */
  readonly faults: readonly string[];
  readonly cameras: readonly SetupCamera[];
  readonly broker: SetupBroker;
  readonly history: boolean;
  /** Whether a restart can be asked for. */
  readonly canRestart: boolean;
  /** Whether a picture of a camera that is tried may be shown. */
  readonly showsPictures: boolean;
}

export interface SetupCamera {
  readonly name: string;
  readonly room: string | null;
  /** Without user, password, path and query. */
  readonly source: string;
}

export interface SetupBroker {
  readonly embedded: boolean;
  /** Without a user and password in it; null for the embedded one. */
  readonly url: string | null;
  readonly username: string | null;
  readonly hasPassword: boolean;
}

/** A camera that was found on this machine. */
export interface FoundCamera {
  readonly source: string;
  /** As its maker calls it. */
  readonly title: string;
  /** Why it cannot be used, with what to do; null when it can. */
  readonly problem: string | null;
}

/** What came of opening a camera. */
export interface TriedCamera {
  readonly width: number;
  readonly height: number;
  /** Frames a second; null when only one came. */
  readonly fps: number | null;
  /** A JPEG in base64; null where no picture may be shown. */
  readonly jpeg: string | null;
}

/** What `moodstat doctor` says of one thing. */
export interface FindingAnswer {
  readonly subject: string;
  readonly status: 'ok' | 'warning' | 'fault';
  readonly message: string;
}

/** What would be written. */
export interface PreviewAnswer {
  /** The new text in lines, literal secrets as `***`; null stands for lines that stay as they are and are left out. */
  readonly lines: readonly ({ readonly text: string; readonly kind: 'same' | 'added' | 'removed' } | null)[];
  /** Names that would be written into secrets.yaml. */
  readonly secrets: readonly string[];
  readonly faults: readonly string[];
  readonly valid: boolean;
  readonly changed: boolean;
}

/** What was written. */
export interface SavedSetup {
  readonly hash: string;
  /** Copies of what was there. */
  readonly backups: readonly string[];
}
