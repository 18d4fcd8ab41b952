/**
 * Ends the connections that a blocked address still has. Its packets are dropped already, but a server process would wait
 * for them for hours, and a connection that the kernel forwards past the firewall (a flow table) would go on. Best effort:
 * whichever of `ss` and `conntrack` is there and works; what fails is told and changes nothing.
 */
import { contains, type Network, parseAddress } from '../base/address.ts';
import { ellipsis, printable } from '../base/text.ts';
import { type Runner, SYSTEM } from './runner.ts';
import { familyOf } from './screening.ts';

/** A cut is a courtesy; it must not hold up what comes after it. */
const PATIENCE_MS = 5_000;
/** So many subjects are asked for one by one; for more, all connections are listed once. */
const ONE_BY_ONE = 16;
/** Addresses in one run of ss: its filter grows with each. */
const BATCH = 50;
/** At most so many programs are run for one cut: at 5 ms each, less than two seconds. */
const RUNS_MAX = 256;
/** Enough for a sentence. */
const SHOWN_MAX = 200;

export interface CutResult {
  /** Sockets of this host that were ended. */
  readonly sockets: number;
  /** Entries of the kernel's connection tracking that were removed. */
  readonly flows: number;
  /** What did not work, in sentences. */
  readonly problems: readonly string[];
}

/** Never throws. */
export async function cutConnections(subjects: readonly Network[], runner: Runner = SYSTEM): Promise<CutResult> {
  const problems: string[] = [];
  const attempt = async (work: () => Promise<number>): Promise<number> => {
    try {
      return await work();
    } catch (error) {
      problems.push(ellipsis(printable(error instanceof Error ? error.message : String(error)), SHOWN_MAX));
      return 0;
    }
  };
  if (subjects.length === 0) return { sockets: 0, flows: 0, problems };
  const matches = matcherOf(subjects);
  const sockets = await attempt(() => cutSockets(matches, runner));
  const flows = await attempt(() => cutFlows(subjects, matches, runner));
  return { sockets, flows, problems };
}

type Matcher = (text: string) => boolean;

/** Whether a text is an address of one of the subjects. Single ones are looked up, so that thousands cost nothing. */
function matcherOf(subjects: readonly Network[]): Matcher {
  const singles = new Set(subjects.filter(({ bits }) => bits === 128).map(({ base }) => keyOf(base)));
  const networks = subjects.filter(({ bits }) => bits !== 128);
  return (text) => {
    const address = parseAddress(text);
    if (!address) return false;
    return singles.has(keyOf(address)) || networks.some((network) => contains(network, address));
  };
}

function keyOf({ w0, w1, w2, w3 }: Network['base']): string {
  return `${w0} ${w1} ${w2} ${w3}`;
}

async function cutSockets(matches: Matcher, runner: Runner): Promise<number> {
  const before = await peersOf(matches, runner);
  if (before.length === 0) return 0;
  const peers = [...new Set(before)];
  let said = '';
  for (let from = 0; from < peers.length && from < BATCH * RUNS_MAX; from += BATCH) {
    const filter = peers
      .slice(from, from + BATCH)
      .flatMap((peer, index) => [...(index > 0 ? ['or'] : []), 'dst', peer]);
    const { err } = await runner.run('ss', ['-HKtn', ...filter], { timeoutMs: PATIENCE_MS });
    if (err !== '') said = err.trim();
  }
  // What ss says and what it did differ between kernels ("Invalid argument", and yet the socket is gone): looked again.
  const left = (await peersOf(matches, runner)).length;
  if (left > 0 && said !== '') throw new Error(`ss -K: ${said}`);
  return Math.max(0, before.length - left);
}

/** The peers of the TCP sockets that match, as ss writes them: a server for both families has IPv4 as `[::ffff:192.0.2.1]`. */
async function peersOf(matches: Matcher, runner: Runner): Promise<string[]> {
  const { status, out, err } = await runner.run('ss', ['-Htn'], { timeoutMs: PATIENCE_MS });
  if (status !== 0) throw new Error(`ss: ${err.trim()}`);
  return out.split('\n').flatMap((line) => {
    const [, peer] = /\s(\S+):\d+\s*$/.exec(line) ?? [];
    return peer !== undefined && matches(peer.replace(/^\[|\]$/g, '')) ? [peer] : [];
  });
}

async function cutFlows(subjects: readonly Network[], matches: Matcher, runner: Runner): Promise<number> {
  const sources =
    subjects.length <= ONE_BY_ONE
      ? subjects.map((subject) => ({ family: familyOf(subject), text: subject.text }))
      : await sourcesOf(matches, runner);
  let flows = 0;
  for (const { family, text } of sources.slice(0, RUNS_MAX)) {
    const args = ['-D', '-f', `ipv${family}`, '-s', text];
    const { status, err } = await runner.run('conntrack', args, { timeoutMs: PATIENCE_MS });
    const count = /(\d+) flow entries have been deleted/.exec(err)?.[1];
    if (status !== 0 && count === undefined) throw new Error(`conntrack: ${err.trim()}`);
    flows += Number(count ?? 0);
  }
  return flows;
}

/** The sources of tracked connections that match, each once. */
async function sourcesOf(matches: Matcher, runner: Runner): Promise<{ family: 4 | 6; text: string }[]> {
  const found = new Map<string, { family: 4 | 6; text: string }>();
  for (const family of [4, 6] as const) {
    const { out } = await runner.run('conntrack', ['-L', '-f', `ipv${family}`], { timeoutMs: PATIENCE_MS });
    for (const line of out.split('\n')) {
      // The first source is who opened the connection; the second is who answers.
      const [, text] = /\ssrc=(\S+)/.exec(line) ?? [];
      if (text !== undefined && !found.has(text) && matches(text)) found.set(text, { family, text });
    }
  }
  return [...found.values()];
}
