/**
 * The registry's entry for a network: who holds it, and where complaints go. Asked politely: once for a network in days, not
 * faster than the servers can bear, and never again before they wish.
 */
import { type Address, contains, isIPv4, networkOf, parseAddress, parseNetwork } from '../../base/address.ts';
import { retryAfterMs } from '../../base/http.ts';
import type { Finding, Registration } from '../../model.ts';
import type { Informant, Reply } from '../informant.ts';
import { DnsClient, lookupThrough } from './dns-client.ts';
import { Gate } from './gate.ts';
import { get, type HttpReply } from './http.ts';
import { strangersJson } from './json.ts';
import { registrationFrom } from './rdap-answer.ts';
import type { RdapServers } from './rdap-servers.ts';

const DAY = 86_400_000;
const PATIENCE_MS = 10_000;
const DNS_MS = 2_000;
/** The longest answers of the registries have some 60 KB. */
const BYTES_MAX = 524_288;
/** From ARIN to the registry that it was moved to, to a national one; one more for a change of the host's name. */
const REDIRECTS_MAX = 3;
/** The most careful registry allows ten questions a minute before it says 429; the others, more. */
const INTERVAL_MS = 1_000;
const FAILURES_MAX = 3;
/** For a server that says 429 and not for how long. */
const BUSY_MS = 60_000;
/** Registries, national ones, and where they lead to. */
const SERVERS_MAX = 64;
/** What an answer is good for: registries do not hand out less than this without a reason to ask the same people. */
const SPREAD = { ipv4: 24, ipv6: 48 } as const;

export interface RdapOptions {
  readonly clock: () => number;
  readonly servers: RdapServers;
  /** For the names of the servers; none: those of the system. */
  readonly nameServers: readonly string[];
  /** What we call ourselves: `rapsheet/1.0`. */
  readonly agent: string;
  /** Whether a name that a server chose may lead to this address. */
  readonly mayReach: (address: Address) => boolean;
}

export function rdap(options: RdapOptions): Informant {
  return new Rdap(options);
}

class Rdap implements Informant {
  readonly about = 'registration';
  readonly option = 'rdap';
  readonly workers = 2;
  readonly patienceMs = PATIENCE_MS;
  readonly keepMs = 7 * DAY;
  readonly #options: RdapOptions;
  readonly #dns: DnsClient;
  readonly #gates = new Map<string, Gate>();

  constructor(options: RdapOptions) {
    this.#options = options;
    this.#dns = new DnsClient({ servers: options.nameServers, patienceMs: DNS_MS });
  }

  get trouble(): string | undefined {
    const resting = [...this.#gates.values()].filter((gate) => gate.isResting).map(({ why }) => why);
    return resting.length === 0 ? undefined : `no usable answer (${resting.slice(0, 5).join('; ')})`;
  }

  neighborhood(address: Address): ReturnType<Informant['neighborhood']> {
    return networkOf(address, isIPv4(address) ? SPREAD.ipv4 : SPREAD.ipv6);
  }

  holds({ address: asked, answer }: Finding, address: Address): boolean {
    if (asked.text === address.text) return true;
    const network = answer.about === 'registration' && answer.network ? parseNetwork(answer.network) : undefined;
    return network !== undefined && contains(network, address);
  }

  readyAt(address: Address): number {
    const base = this.#options.servers.baseOf(address);
    return base ? this.#gateOf(base.host).opensAt : 0;
  }

  async ask(address: Address, signal: AbortSignal): Promise<Reply> {
    const base = this.#options.servers.baseOf(address);
    if (!base) return { state: 'unasked' };
    let url = new URL(`ip/${address.text}`, base);
    for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
      const gate = this.#gateOf(url.host);
      const isNear = hop > 0 && url.host === base.host;
      if (!isNear && gate.opensAt > this.#options.clock()) {
        return { state: 'later', at: gate.opensAt, why: `${url.host} is not asked more often` };
      }
      gate.passed();
      const reply = await this.#get(url, base, signal);
      if (reply.state !== 'redirect') return this.#understood(reply, { url, gate, address });
      gate.answered();
      const next = redirected(url, reply.to);
      if (!next) return { state: 'failed', why: `${url.host}: leads to what is not asked` };
      url = next;
    }
    return { state: 'failed', why: `${base.host}: led to too many others` };
  }

  close(): void {}

  #get(url: URL, base: URL, signal: AbortSignal): Promise<HttpReply> {
    const { agent, mayReach } = this.#options;
    // The server itself was named by us or by the user; where it leads was not.
    const isKnown = url.host === base.host;
    const literal = parseAddress(url.hostname.replace(/^\[|\]$/g, ''));
    if (literal && !isKnown && !mayReach(literal)) {
      return Promise.resolve({ state: 'failed', why: `${base.host}: leads to a private network` });
    }
    const lookup = lookupThrough(this.#dns, (address) => isKnown || mayReach(address), signal);
    const accept = 'application/rdap+json, application/json';
    return get(url, { accept, agent, lookup, signal, bytesMax: BYTES_MAX });
  }

  #understood(
    reply: Exclude<HttpReply, { state: 'redirect' }>,
    { url, gate, address }: { url: URL; gate: Gate; address: Address },
  ): Reply {
    const at = this.#options.clock();
    const failed = (why: string): Reply => {
      gate.failed(why);
      return { state: 'failed', why };
    };
    switch (reply.state) {
      case 'failed':
        return failed(reply.why);
      case 'busy': {
        gate.answered();
        const opensAt = gate.wished(Math.max(0, retryAfterMs(reply.headers, at) ?? BUSY_MS));
        return { state: 'later', at: opensAt, why: `${url.host} wishes to be asked later` };
      }
      case 'refused':
        if (reply.status !== 404) return failed(`${url.host}: status ${reply.status}`);
        gate.answered();
        return this.#answered(NOT_REGISTERED, { url, address, at });
      case 'body': {
        const found = answerIn(reply, address);
        if ('what' in found) return failed(`${url.host}: the answer ${found.what}`);
        gate.answered();
        return this.#answered(found, { url, address, at });
      }
    }
  }

  #answered(answer: Registration, { url, address, at }: { url: URL; address: Address; at: number }): Reply {
    return { state: 'answered', finding: { address, at, source: `RDAP ${url.host}`, answer } };
  }

  #gateOf(host: string): Gate {
    const known = this.#gates.get(host);
    if (known) return known;
    const [oldest] = this.#gates.keys();
    if (this.#gates.size >= SERVERS_MAX && oldest !== undefined) this.#gates.delete(oldest);
    const gate = new Gate({ clock: this.#options.clock, intervalMs: INTERVAL_MS, failuresMax: FAILURES_MAX });
    this.#gates.set(host, gate);
    return gate;
  }
}

const NOT_REGISTERED: Registration = {
  ...{ about: 'registration', network: undefined, name: undefined, holder: undefined, country: undefined, abuse: [] },
};

function answerIn(
  { type, body }: Extract<HttpReply, { state: 'body' }>,
  address: Address,
): Registration | { readonly what: string } {
  if (!/^application\/(?:rdap\+json|json)\s*(?:;|$)/i.test(type)) return { what: 'is not of a type that RDAP has' };
  const json = strangersJson(body);
  return 'what' in json ? json : registrationFrom(json.value, address);
}

/** Where a redirect leads; undefined for what we do not follow: another protocol, from TLS to none, with a password. */
function redirected(from: URL, to: string): URL | undefined {
  if (!URL.canParse(to, from.href)) return undefined;
  const url = new URL(to, from);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && from.protocol === 'http:');
  return isSafe && url.username === '' && url.password === '' ? url : undefined;
}
