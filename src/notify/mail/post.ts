/** Who takes mail: a server, or the program of the local mail system. */
export interface Post {
  /** How lines end in what it takes. */
  readonly newline: '\r\n' | '\n';
  /**
   * Hands a message over.
   * @throws DeliveryError, or PartlyTaken when some have it and others have not.
   */
  deliver(message: Buffer, envelope: Envelope, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** That some recipients were refused, after others were not. */
export class PartlyTaken extends Error {
  readonly taken: readonly string[];
  /** No refusal is for now only. */
  readonly isFinal: boolean;

  constructor(what: string, { taken, isFinal }: { taken: readonly string[]; isFinal: boolean }) {
    super(what);
    this.taken = taken;
    this.isFinal = isFinal;
  }
}
