/** What a rap sheet asks the ledger. */
import type { Network } from '../../base/address.ts';
import type { BanRecord, Evidence, Finding, Reason, Tally } from '../../model.ts';

/** Whose sheet: an address or network (with all that lies in it), an ASN, or a user name that was tried. */
export type SheetSubject =
  | { readonly type: 'network'; readonly network: Network }
  | { readonly type: 'asn'; readonly asn: number }
  | { readonly type: 'user'; readonly user: string };

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

/** Each in the order in which it was recorded; all times. */
export interface RapSheetRecords {
  bansOf(subject: SheetSubject): Iterable<SheetBan>;
  talliesOf(subject: SheetSubject): Iterable<Tally>;
  evidenceOf(subject: SheetSubject): Iterable<SheetEvidence>;
  /** None where nobody was asked. */
  findingsOf?(subject: SheetSubject): Iterable<SheetFinding>;
}
