/**
 * Bans in, blocks out. So far the two that change nothing: one that remembers (tests), one that does not (replay).
 * The seam is what the real ones will have: four verbs and one conformance test (firewall.test.ts).
 */
import type { Network } from '../base/address.ts';
import type { Ban, Block } from '../model.ts';

export interface Firewall {
  /** Blocks the subject of a ban until its end. The ban is in the ledger already. */
  block(ban: Ban): Block;
  /** Ends a block before its time; whether there was one. */
  release(subject: Network): boolean;
  /** The subjects that are blocked at a time. */
  blocked(now: number): readonly Network[];
  close(): void;
}

/** For replay and dry runs: a ban without a block. */
export function dryFirewall(): Firewall {
  return { block: () => ({ state: 'dry-run' }), release: () => false, blocked: () => [], close: () => {} };
}

/** Remembers its blocks and has no other effect. */
export function memoryFirewall(): Firewall {
  const blocks = new Map<string, { readonly subject: Network; readonly until: number }>();
  return {
    block: (ban) => {
      const until = Math.max(ban.until, blocks.get(ban.subject.text)?.until ?? 0);
      blocks.set(ban.subject.text, { subject: ban.subject, until });
      return { state: 'blocked', at: ban.from };
    },
    release: (subject) => blocks.delete(subject.text),
    blocked: (now) => [...blocks.values()].filter((block) => block.until > now).map((block) => block.subject),
    close: () => blocks.clear(),
  };
}
