/**
 * Questions to the DNS, each with a limit on its time. Asked of the name servers directly and without a thread: the
 * resolver of the C library would hold one for each question, and there are four for all that the program does.
 */
import { getServers, type LookupAddress, promises } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type Address, isIPv4, parseAddress } from '../../base/address.ts';
import { errorCode } from '../../base/problem.ts';

export type DnsReply =
  /** None: the DNS knows that there is nothing. */
  | { readonly state: 'answered'; readonly values: readonly string[] }
  /** `silent`: nobody answered, rather than somebody who could not. */
  | { readonly state: 'failed'; readonly why: string; readonly isSilent: boolean };

export interface DnsClientOptions {
  /** Name servers, `192.0.2.53` or `[2001:db8::53]:5353`; none: those of the system. */
  readonly servers: readonly string[];
  /** For each question. */
  readonly patienceMs: number;
}

export class DnsClient {
  readonly #options: DnsClientOptions;

  constructor(options: DnsClientOptions) {
    this.#options = options;
  }

  /** The names that the reverse DNS has for an address. */
  pointers(address: Address, signal: AbortSignal): Promise<DnsReply> {
    return this.#ask((resolver) => resolver.resolvePtr(reverseName(address)), signal);
  }

  /** The addresses of a name, of one family. */
  addresses(name: string, family: 4 | 6, signal: AbortSignal): Promise<DnsReply> {
    return this.#ask((resolver) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)), signal);
  }

  /** A resolver for each question: giving up one must not give up the others. */
  async #ask(
    question: (resolver: promises.Resolver) => Promise<readonly string[]>,
    signal: AbortSignal,
  ): Promise<DnsReply> {
    const { servers, patienceMs } = this.#options;
    // The second name server gets its turn while there is time for it. One share more than there are: Node looks at the
    // clock as often as a server may take, and may so find only the second time that it took too long.
    const turns = servers.length || getServers().length;
    const timeout = turns > 1 ? Math.floor(patienceMs / (turns + 1)) : patienceMs;
    const resolver = new promises.Resolver({ timeout, tries: 1 });
    if (servers.length > 0) resolver.setServers(servers);
    const stop = (): void => resolver.cancel();
    const timer = setTimeout(stop, patienceMs);
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) return { state: 'failed', why: 'given up', isSilent: false };
      return { state: 'answered', values: await question(resolver) };
    } catch (error) {
      return replyOf(errorCode(error));
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
}

const NOTHING: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA']);
const SILENCE: ReadonlySet<string | undefined> = new Set(['ETIMEOUT', 'ECANCELLED', 'ECONNREFUSED']);

function replyOf(code: string | undefined): DnsReply {
  if (NOTHING.has(code)) return { state: 'answered', values: [] };
  const isSilent = SILENCE.has(code);
  const why = isSilent && code !== 'ECONNREFUSED' ? 'no answer in time' : (code ?? 'unknown error');
  return { state: 'failed', why: `DNS: ${why}`, isSilent };
}

/** The name below which the DNS keeps the names of an address. */
export function reverseName(address: Address): string {
  if (isIPv4(address)) return `${address.text.split('.').reverse().join('.')}.in-addr.arpa`;
  const words = [address.w0, address.w1, address.w2, address.w3];
  const digits = words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}

/**
 * Finds the addresses of a server for a connection, the way of this file. `mayReach`: a name that somebody else chose must
 * not lead into the networks that this machine is in.
 */
export function lookupThrough(
  client: DnsClient,
  mayReach: (address: Address) => boolean,
  signal: AbortSignal,
): LookupFunction {
  return (host, options, callback) => {
    void addressesOf(client, host, signal).then((found) => {
      const wanted = typeof options.family === 'number' && options.family !== 0 ? options.family : undefined;
      const reachable = found
        .filter((address) => mayReach(address))
        .map(({ text }): LookupAddress => ({ address: text, family: isIP(text) }))
        .filter(({ family }) => wanted === undefined || family === wanted);
      const [first] = reachable;
      if (first === undefined) {
        callback(new Error(found.length > 0 ? 'leads to a private network' : 'has no address'), '');
      } else if (options.all) callback(null, reachable);
      else callback(null, first.address, first.family);
    });
  };
}

async function addressesOf(client: DnsClient, host: string, signal: AbortSignal): Promise<Address[]> {
  const replies = await Promise.all([client.addresses(host, 4, signal), client.addresses(host, 6, signal)]);
  return replies
    .flatMap((reply) => (reply.state === 'answered' ? reply.values : []))
    .flatMap((text) => parseAddress(text) ?? []);
}
