/**
 * The name of an address, and whether the name leads back to it. The first is written by whoever holds the address and may
 * be anything; only the second tells something. Neither is ever asked to decide a ban.
 */
import { type Address, isIPv4, parseAddress, single } from '../../base/address.ts';
import type { ReverseName } from '../../model.ts';
import { dnsName, isHostName } from '../field.ts';
import type { Informant, Reply } from '../informant.ts';
import { DnsClient } from './dns-client.ts';
import { Gate } from './gate.ts';

/** For each of the two steps. A name server that takes longer than this usually never answers. */
const STEP_MS = 2_000;
const HOUR = 3_600_000;
/** Names of one address that are kept and led back. Honest ones have one or two; an answer may hold thousands. */
const NAMES_MAX = 4;
/** Silence of an attacker's own name server looks like that of ours, and a flood of attackers has many such. */
const FAILURES_MAX = 20;

export interface ReverseDnsOptions {
  readonly clock: () => number;
  /** Name servers; none: those of the system. */
  readonly servers: readonly string[];
}

export function reverseDns(options: ReverseDnsOptions): Informant {
  return new ReverseDns(options);
}

class ReverseDns implements Informant {
  readonly about = 'reverse-name';
  readonly option = 'reverse_dns';
  readonly workers = 8;
  readonly patienceMs = 2 * STEP_MS + 1_000;
  readonly keepMs = HOUR;
  readonly #clock: () => number;
  readonly #client: DnsClient;
  readonly #gate: Gate;
  readonly #source: string;

  constructor({ clock, servers }: ReverseDnsOptions) {
    this.#clock = clock;
    this.#client = new DnsClient({ servers, patienceMs: STEP_MS });
    this.#gate = new Gate({ clock, intervalMs: 0, failuresMax: FAILURES_MAX });
    this.#source = ['DNS', ...servers].join(' ');
  }

  get trouble(): string | undefined {
    return this.#gate.isResting ? `no name server answers (${this.#gate.why})` : undefined;
  }

  neighborhood(address: Address): ReturnType<Informant['neighborhood']> {
    return single(address);
  }

  holds(): boolean {
    return true;
  }

  readyAt(): number {
    return this.#gate.opensAt;
  }

  async ask(address: Address, signal: AbortSignal): Promise<Reply> {
    this.#gate.passed();
    const pointers = await this.#client.pointers(address, signal);
    if (pointers.state === 'failed') {
      if (pointers.isSilent && !signal.aborted) this.#gate.failed(pointers.why);
      else this.#gate.answered();
      return { state: 'failed', why: pointers.why };
    }
    this.#gate.answered();
    // Sorted: name servers change the order from answer to answer.
    const said = [...new Set(pointers.values.flatMap((value) => dnsName(value) ?? []))].sort().slice(0, NAMES_MAX);
    const names = await Promise.all(said.map((name) => this.#confirmed(name, address, signal)));
    const answer: ReverseName = { about: this.about, names };
    return { state: 'answered', finding: { address, at: this.#clock(), source: this.#source, answer } };
  }

  close(): void {}

  /** Whose name server does not answer has not confirmed anything. */
  async #confirmed(name: string, address: Address, signal: AbortSignal): Promise<ReverseName['names'][number]> {
    if (!isHostName(name)) return { name, verified: false };
    const reply = await this.#client.addresses(name, isIPv4(address) ? 4 : 6, signal);
    const values = reply.state === 'answered' ? reply.values : [];
    return { name, verified: values.some((value) => parseAddress(value)?.text === address.text) };
  }
}
