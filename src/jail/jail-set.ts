/** What the path asks of jails, whoever's they are: ours (jail.ts), or those of fail2ban (ticket-jails.ts). */
import type { Address, Network } from '../base/address.ts';
import type { Attempt, Ban } from '../model.ts';
import type { Span } from './banned.ts';
import type { MemoryRow } from './memory.ts';
import type { OpenWindow } from './open-window.ts';
import type { JailActivity, JailCounts, OverLimit, Standing } from './options.ts';

export type { MemoryRow } from './memory.ts';

export interface JailSet {
  readonly counts: JailCounts;
  /** How often a limit was reached and nobody banned, because the subject is protected. */
  readonly spared: number;
  /** Whether what is judged now was judged before: then it is counted, and nobody is banned (daemon/recovery.ts). */
  isPast: boolean;
  /** Judges an attempt that stands for `count` attempts. Returns the ban that it leads to; more are in `takeFurther`. */
  judge(attempt: Attempt, count: number): Ban | undefined;
  isBanned(attempt: Attempt): boolean;
  solePeer(attempt: Attempt): void;
  takeFurther(): readonly Ban[];
  cleared(attempt: Attempt): boolean;
  /** Takes a ban that is in force from the ledger or from a person. `jail`: whose it is, where each bans for itself. */
  resume(subject: Network, host: string, span: Span & { readonly jail?: string | undefined }): void;
  /** An unban, from one jail or from all. */
  forget(subject: Network, host: string, jail?: string): void;
  clearSpans(): void;
  standing(address: Address, host: string, now: number): Standing[];
  watched(now: number): JailActivity[];
  overLimit(now: number): OverLimit[];
  save(now: number): OpenWindow[];
  restore(saved: readonly OpenWindow[]): void;
  takeMemory(): MemoryRow[];
  memory(now: number): MemoryRow[];
  recall(rows: Iterable<MemoryRow>): void;
}
