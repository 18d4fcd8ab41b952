/**
 * Blocks that the kernel holds and the ledger knows nothing of: it is new, was damaged, or is not to be had. Attackers
 * must not get in by that, so the blocks stay, and become bans of the new ledger once the logs have told what they know.
 */
import type { Log } from '../base/log.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Enforcer } from './enforcer.ts';
import type { Live } from './live.ts';
import type { Held } from './target.ts';

/** The jail, the service and the kind of a ban that no attempt led to. */
const MANUAL = 'manual';

/** The daemon, as far as blocks are adopted for it. */
export interface Adopter {
  readonly options: { readonly host: string; readonly clock: () => number; readonly log: Log };
  readonly enforcer: Enforcer;
  readonly live: Live | undefined;
  readonly ledger: Ledger | undefined;
}

export class Adoption {
  readonly #adopter: Adopter;
  #isOpen = false;

  constructor(adopter: Adopter) {
    this.#adopter = adopter;
  }

  /** Whether there may be blocks that are in no ledger. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Before the kernel is made to match a ledger that may know less than the kernel. */
  async begin(): Promise<void> {
    const { enforcer, options } = this.#adopter;
    this.#isOpen = true;
    const now = options.clock();
    const known = new Set([...enforcer.allHeld()].map(({ subject }) => subject.text));
    const listed = (await enforcer.listed()) ?? [];
    const strange = listed.filter(({ subject }) => !known.has(subject.text));
    if (strange.length === 0) return;
    enforcer.keep(
      strange.map(({ subject, group, until }): Held => {
        const row = { id: undefined };
        return { subject, group, until, jail: MANUAL, from: now, at: now, isOld: true, row, isAnswered: true };
      }),
    );
    options.log.warn('the firewall holds blocks that the ledger does not know; they stay', { count: strange.length });
  }

  /** All logs are read: what they did not explain is recorded as it was found. */
  finish(): void {
    const { enforcer, live, ledger, options } = this.#adopter;
    if (!this.#isOpen || !live || !ledger) return;
    this.#isOpen = false;
    const { host, clock } = options;
    const from = clock();
    const known = new Set([...ledger.inForce(host, from)].map(({ subject }) => subject));
    const reason = {
      rule: 'manual',
      by: 'rapsheet',
      why: 'found in the firewall; the ledger did not know it',
    } as const;
    for (const { subject, until } of [...enforcer.allHeld()]) {
      if (known.has(subject.text) || live.pending.uncounted(subject) > 0 || until <= from) continue;
      const of = { subject, host, jail: MANUAL, service: MANUAL, kind: MANUAL, prior: ledger.priorBans(subject) };
      live.ban({ ...of, from, until, reason, evidence: [] });
    }
  }

  /** The ledger knows everything. */
  close(): void {
    this.#isOpen = false;
  }
}
