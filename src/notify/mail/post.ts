/** Who takes mail: a server, or the program of the local mail system. */
export interface Post {
  /** How lines end in what it takes. */
  readonly newline: '\r\n' | '\n';
  /**
   * Hands a message over.
   * @throws DeliveryError; with its progress, when it is recipients who were refused, some or all.
   */
  deliver(message: Buffer, envelope: Envelope, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}
