/**
 * Who is asked about an address beside the files of this machine: reverse DNS, RDAP, a list of Tor exits, blocklists.
 * Each is off until somebody turns it on, each may be slow, silent or hostile, and no ban waits for any of them.
 * informant/index.ts lists them; all pass informant/conformance.test.ts.
 */
import type { Address, Network } from '../base/address.ts';
import type { Answer, Finding } from '../model.ts';

/** What came of asking. */
export type Reply =
  | { readonly state: 'answered'; readonly finding: Finding }
  /** Not now: a limit of theirs or of ours. `at`: when to ask again. */
  | { readonly state: 'later'; readonly at: number; readonly why: string }
  /** No answer, or none that can be used. Asking again may help. */
  | { readonly state: 'failed'; readonly why: string }
  /** There is nobody to ask about this address. */
  | { readonly state: 'unasked' };

export interface Informant {
  readonly about: Answer['about'];
  /** What the configuration calls it: `reverse_dns`. */
  readonly option: string;
  /** How many addresses it may be asked about at once. */
  readonly workers: number;
  /** How long an answer is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** How long an answer is good for further bans, in milliseconds; 0: each ban is asked about. */
  readonly keepMs: number;
  /** The addresses for which an answer about this one may be good too. */
  neighborhood(address: Address): Network;
  /** Whether an answer about another address of the neighborhood is good for this one. */
  holds(finding: Finding, address: Address): boolean;
  /** When it may next be asked about this address; a time that has passed, or 0, is now. */
  readyAt(address: Address): number;
  /** Does not reject for what others do. Gives up when `signal` says so. */
  ask(address: Address, signal: AbortSignal): Promise<Reply>;
  /** What is wrong with it at the moment, a sentence. */
  readonly trouble: string | undefined;
  close(): void;
}
