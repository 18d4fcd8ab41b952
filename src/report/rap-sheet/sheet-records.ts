/** What a rap sheet asks the ledger. */
import type { Network } from '../../base/address.ts';
import type { BanRecord, Block, Evidence, Finding, Reason, Tally } from '../../model.ts';
import type { Omission } from '../phrase/sheet.ts';

export type { Omission } from '../phrase/sheet.ts';

/** Whose sheet: an address or network (with all that lies in it), an ASN, an organization, or a user name that was tried. */
export type SheetSubject =
  | { readonly type: 'network'; readonly network: Network }
  | { readonly type: 'asn'; readonly asn: number }
  | { readonly type: 'organization'; readonly organization: string }
  | { readonly type: 'user'; readonly user: string };

/** Where others are looked for: around an address, or with its operator. */
export type Neighborhood = Extract<SheetSubject, { readonly type: 'network' | 'organization' }>;

export interface SheetBan extends BanRecord {
  readonly reason: Reason;
}

/** A line of evidence with the ban that it led to. */
export interface SheetEvidence extends Evidence {
  /** `BanRecord.id`. */
  readonly ban: number;
  readonly host: string;
}

/** What somebody else said of the address of a ban. */
export interface SheetFinding extends Finding {
  /** `BanRecord.id`. */
  readonly ban: number;
}

/** A report of the subject to somebody who is to stop it. */
export interface SheetReport {
  /** A mail address, or a service. */
  readonly to: string;
  /** What became of it, in the order of time; the first is that somebody wanted it sent. */
  readonly steps: ReadonlyArray<{
    readonly state: 'approved' | 'sent' | 'failed' | 'bounced' | 'answered' | 'dropped';
    readonly at: number;
    /** What a person wrote about it; may be empty. */
    readonly note: string;
  }>;
}

/** What became of a ban. */
export interface Effects {
  readonly blocks: readonly Block[];
  readonly releases: readonly { readonly at: number; readonly why: string }[];
}

/** Each in the order in which it was recorded; all times. Of too many the older ones are left out, which `omissions` says. */
export interface RapSheetRecords {
  /** Asked for before anything else. */
  bansOf(subject: SheetSubject): Iterable<SheetBan>;
  talliesOf(subject: SheetSubject): Iterable<Tally>;
  evidenceOf(subject: SheetSubject): Iterable<SheetEvidence>;
  /** None where nobody was asked. */
  findingsOf(subject: SheetSubject): Iterable<SheetFinding>;
  /** Only what was to be sent. */
  reportsOf(subject: SheetSubject): Iterable<SheetReport>;
  neighborsOf(neighborhood: Neighborhood): Iterable<BanRecord>;
  effectsOf(ban: SheetBan): Effects;
  /** What was left out of what was asked so far. */
  omissions(): readonly Omission[];
}
