/** Blocklists that ask a DNS server of ours, with a clock of the test's. No test in here. */
import { onTestFinished } from 'vitest';
import { type Address, parseAddress } from '../../base/address.ts';
import { type BlocklistOptions, type Blocklists, openBlocklists } from '../blocklist.ts';
import { type DnsServer, type Question, type Reply, startDnsServer } from './dns-server.ts';

export const ZONE = 'bl.example.net';
export const MINUTE = 60_000;
/** Shorter than a test may take, longer than loopback does. */
const TIMEOUT_MS = 300;

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

export interface Scene {
  readonly server: DnsServer;
  readonly lists: Blocklists;
  /** The clock, to be moved. */
  readonly time: { now: number };
  /** Questions about anything but test addresses, without those for reasons. */
  asked(): readonly string[];
}

export async function makeScene(
  reply: (question: Question) => Reply,
  change: Partial<BlocklistOptions> = {},
): Promise<Scene> {
  const server = await startDnsServer(reply);
  const time = { now: 1_000_000_000_000 };
  const lists = openBlocklists({
    zones: [{ name: ZONE, title: ZONE, answers: undefined }],
    resolver: { host: '127.0.0.1', port: server.port },
    timeoutMs: TIMEOUT_MS,
    cacheMs: 60 * MINUTE,
    clock: () => time.now,
    ...change,
  });
  onTestFinished(async () => {
    lists.close();
    await server.close();
  });
  const isTest = /^(?:[12]\.0\.0\.127|1\.0\.0\.0\.0\.0\.f\.7\.)/;
  const asked = (): string[] =>
    server.asked.filter(({ name, type }) => type === 'A' && !isTest.test(name)).map(({ name }) => name);
  return { server, lists, time, asked };
}

/** An answer that lists. */
export function listed(...addresses: readonly string[]): Reply {
  return { addresses };
}

export async function codes(lists: Blocklists, text: string): Promise<string[]> {
  return (await lists.lookup(address(text))).map(({ code }) => code);
}
