/** What `rapsheet regex` was given, as the parser names it. */
export interface RegexOptions {
  readonly config: string;
  readonly datepattern?: string;
  readonly timezone?: string;
  readonly TZ?: string;
  readonly encoding?: string;
  readonly raw?: boolean;
  readonly usedns?: string;
  readonly maxlines?: number;
  readonly journalmatch?: string;
  readonly verbose: number;
  readonly verbosity?: number;
  readonly verboseDate?: boolean;
  readonly VD?: boolean;
  readonly debuggex?: boolean;
  readonly checkAll: boolean;
  readonly out?: string;
  readonly invert?: boolean;
  readonly printNoMissed?: boolean;
  readonly printNoIgnored?: boolean;
  readonly printAllMatched?: boolean;
  readonly printAllMissed?: boolean;
  readonly printAllIgnored?: boolean;
  readonly json?: boolean;
}
