/** What others say of an address: part of the nouns of model.ts, which gives it to everybody. */
import type { Address } from './address.ts';

/**
 * What others said of a banned address when they were asked, after its ban was recorded. The first answer to a question
 * stays with the ban; whoever asks again later asks for a later ban.
 */
export interface Finding {
  /** Who was asked about: the address itself, or of a banned network the one that attacked last. */
  readonly address: Address;
  /** When it was said: an answer that is remembered keeps its time. */
  readonly at: number;
  /** Who said it: `DNS`, `RDAP rdap.example.net`, `exits.txt 2026-11-01`. */
  readonly source: string;
  readonly answer: Answer;
}

/** Texts in it were written by strangers; they have passed the checks of origin/field.ts. */
export type Answer = ReverseName | Registration | TorExit | Listings;

/** What the reverse DNS calls the address. Whoever holds the address may write any name there: it decides nothing. */
export interface ReverseName {
  readonly about: 'reverse-name';
  /** None: there is no name. `verified`: the name leads back to the address. */
  readonly names: readonly { readonly name: string; readonly verified: boolean }[];
}

/** What the registry of the network says (RDAP). Undefined where it does not say. */
export interface Registration {
  readonly about: 'registration';
  /** Canonical text, or `first - last` where that is no network. */
  readonly network: string | undefined;
  readonly name: string | undefined;
  readonly holder: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  /** Mail addresses for complaints. */
  readonly abuse: readonly string[];
}

/** Whether the address was in the list of Tor exits. */
export interface TorExit {
  readonly about: 'tor-exit';
  readonly isExit: boolean;
}

/** What DNS blocklists say of the address: those that have it, each with its answers (`127.0.0.2 SBL`), and those that do not. */
export interface Listings {
  readonly about: 'listings';
  readonly lists: readonly { readonly list: string; readonly codes: readonly string[] }[];
  readonly unlisted: readonly string[];
}
