/**
 * What addresses did on one day, as it may be told to others. What must not be told, or cannot be held against anybody, is
 * left out with its reason; lines of logs come through a mask.
 */
import type { Network } from '../../base/address.ts';
import type { Evidence } from '../../model.ts';

/** What one address did. */
export interface Deed {
  /** Canonical text. */
  readonly address: string;
  readonly first: number;
  readonly last: number;
  readonly attempts: number;
  /** By kind, the most first. */
  readonly kinds: readonly DeedKind[];
  /** The newest, in the order of time. */
  readonly lines: readonly DeedLine[];
}

export interface DeedKind {
  readonly kind: string;
  readonly sentence: string;
  readonly count: number;
}

export interface DeedLine {
  readonly time: number;
  readonly kind: string;
  /** Without what is ours, harmless to show, cut. */
  readonly line: string;
  /** What was asked for, likewise. */
  readonly target: string | undefined;
  /** From which port, where the log says so beyond doubt. */
  readonly port: number | undefined;
}

/** Who is responsible for addresses, as their registry says. */
export interface Desk {
  /** Mail address for complaints. */
  readonly contact: string;
  readonly organization: string | undefined;
}

/** What the configuration says of a kind. */
export interface AbuseKind {
  readonly sentence: string;
  readonly abuseipdb: readonly number[];
  /** Class and type of XARF v4. */
  readonly xarf?: string | undefined;
  readonly forgeable: boolean;
}

/** What others may read of our logs. */
export interface Discretion {
  /** The line as readable text, without what is ours. */
  line(evidence: Evidence): string;
  target(evidence: Evidence): string | undefined;
  /** The port that an attacker came from, where its daemon logs it beside the address; undefined where that is not sure. */
  port(evidence: Evidence): number | undefined;
  /** Whether it is an address of our own, or of somebody whom we trust. */
  isOurs(network: Network): boolean;
}

/** Why a ban is reported to nobody. */
export type Reason =
  | 'imported'
  | 'by hand'
  | 'whole network'
  | 'scanner'
  | 'ours'
  | 'forgeable'
  | 'dry run'
  | 'taken back'
  | 'no line'
  | 'no contact'
  | 'too many';

/** As the end of a sentence: "3 bans: ...". */
export const REASONS: Readonly<Record<Reason, string>> = {
  imported: 'another program made them, by rules of its own',
  'by hand': 'a person made them, without evidence',
  'whole network': 'they are of whole networks, whose addresses were banned by themselves',
  scanner: 'they are of research scanners',
  ours: 'they are of your own addresses, or of those that you trust',
  forgeable: 'the sender of what was seen can be forged',
  'dry run': 'nobody was blocked (dry run)',
  'taken back': 'they were taken back',
  'no line': 'no line of a log is left as evidence',
  'no contact': 'nobody is known to complain to',
  'too many': 'there is no room for more in one mail',
};

export interface LeftOut {
  readonly reason: Reason;
  /** Bans, or addresses. */
  readonly count: number;
  /** Some of them. */
  readonly subjects: readonly string[];
}

/** What is counted while bans are read. */
export class LeftOutTally {
  readonly #counts = new Map<Reason, { count: number; readonly subjects: Set<string> }>();

  add(reason: Reason, subject: string): void {
    const entry = this.#counts.get(reason) ?? { count: 0, subjects: new Set<string>() };
    entry.count++;
    // Enough to look some of them up.
    if (entry.subjects.size < 5) entry.subjects.add(subject);
    this.#counts.set(reason, entry);
  }

  list(): LeftOut[] {
    return [...this.#counts].map(([reason, { count, subjects }]) => ({ reason, count, subjects: [...subjects] }));
  }
}
