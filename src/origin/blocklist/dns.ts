/** Questions to a DNS resolver, each with an end: what comes late, or is no answer, is a failure and never an error. */
import { promises as dns } from 'node:dns';
import { errorCode } from '../../base/problem.ts';

export type Answer<Found> =
  | { readonly type: 'found'; readonly found: Found }
  /** There is no such name, or it has no such record. */
  | { readonly type: 'none' }
  /** `why` as a sentence's end. */
  | { readonly type: 'failed'; readonly why: string };

export interface AddressRecord {
  readonly address: string;
  /** In seconds. */
  readonly ttl: number;
}

export interface Dns {
  /** The A records of a name. */
  addresses(name: string): Promise<Answer<readonly AddressRecord[]>>;
  /** The TXT records of a name, each put together; latin1, and a stranger's words. */
  texts(name: string): Promise<Answer<readonly string[]>>;
  /** Whatever is under way fails now. */
  close(): void;
}

export interface DnsOptions {
  /** Undefined: the resolvers of the system. */
  readonly resolver: { readonly host: string; readonly port: number } | undefined;
  /** How long a question may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A packet may get lost; whoever says nothing twice says nothing. */
const TRIES = 2;
/** The second try waits twice as long as the first: together they take the whole time. */
const FIRST_TRY = 1 / 3;

const NONE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);
const FAILURES: ReadonlyMap<string, string> = new Map([
  ['ETIMEOUT', 'no answer'],
  ['ECANCELLED', 'no answer'],
  ['ECONNREFUSED', 'no resolver could be reached'],
  ['EREFUSED', 'the resolver refuses the question (REFUSED)'],
  ['ESERVFAIL', 'the resolver got no answer itself (SERVFAIL)'],
  ['EBADRESP', 'what came was no answer'],
  ['EFORMERR', 'the resolver did not understand the question (FORMERR)'],
]);

export function openDns({ resolver, timeoutMs }: DnsOptions): Dns {
  const open = new Set<dns.Resolver>();
  let isClosed = false;
  const server = resolver && (resolver.host.includes(':') ? `[${resolver.host}]` : resolver.host);

  async function ask<Found>(question: (asked: dns.Resolver) => Promise<Found>): Promise<Answer<Found>> {
    if (isClosed) return { type: 'failed', why: 'nobody is asked any more' };
    // One for each question: some versions of Node keep answers in it for an hour, and it knows the system's resolvers anew.
    const asked = new dns.Resolver({ timeout: Math.ceil(timeoutMs * FIRST_TRY), tries: TRIES });
    open.add(asked);
    const late = setTimeout(() => asked.cancel(), timeoutMs).unref();
    try {
      if (server !== undefined) asked.setServers([`${server}:${resolver?.port}`]);
      return { type: 'found', found: await question(asked) };
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (NONE.has(code)) return { type: 'none' };
      return { type: 'failed', why: FAILURES.get(code) ?? `the question failed (${code})` };
    } finally {
      clearTimeout(late);
      open.delete(asked);
    }
  }

  return {
    addresses: (name) => ask((asked) => asked.resolve4(name, { ttl: true })),
    texts: (name) => ask(async (asked) => (await asked.resolveTxt(name)).map((parts) => parts.join(''))),
    close: () => {
      isClosed = true;
      for (const asked of open) asked.cancel();
    },
  };
}
