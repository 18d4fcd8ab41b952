/** For tests: what a ledger recorded of some lines, and what a replay of the same lines records. */
import { type Network, parseNetwork } from '../../base/address.ts';
import type { Config } from '../../config/config.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import { run } from '../../pipeline.ts';
import { HOST, type TestBench, testStages } from '../testing.ts';

export interface TestRecord {
  /** Subject, from, until, prior bans and lines, in the order of bans. */
  readonly bans: ReadonlyArray<readonly [string, number, number, number, readonly string[]]>;
  /** Address, day, kind, count, first and last time, sorted. */
  readonly tallies: ReadonlyArray<readonly [string, number, string, number, number, number]>;
}

const ALWAYS = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: '' }, host: undefined };

export function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed) throw new RangeError(text);
  return parsed;
}

export async function blocked({ firewall }: Pick<TestBench, 'firewall'>): Promise<string[]> {
  return (await firewall.list()).map(({ subject }) => subject.text).sort();
}

export async function recordOf(path: string): Promise<TestRecord> {
  const ledger = await openLedger({ path, mode: 'read', clock: () => 0 });
  try {
    return recordIn(ledger);
  } finally {
    ledger.close();
  }
}

function recordIn(ledger: Ledger): TestRecord {
  const bans = [...ledger.bans(ALWAYS)].map(
    ({ id, subject, from, until, prior }) =>
      [subject, from, until, prior, ledger.evidenceOf(id).map(({ line }) => line)] as const,
  );
  const tallies = [...ledger.tallies(ALWAYS)].map(
    ({ address, day, kind, count, first, last }) => [address, day, kind, count, first, last] as const,
  );
  return { bans, tallies: tallies.sort((a, b) => (`${a}` < `${b}` ? -1 : 1)) };
}

/** What a replay records of the lines of one log. */
export async function replayed(config: Config, lines: readonly string[]): Promise<TestRecord> {
  const stages = testStages(config);
  const ledger = await openLedger({ path: ':memory:', mode: 'write', clock: () => 0 });
  try {
    const file = { host: HOST, path: 'auth.log', modified: 0 };
    async function* chunks() {
      const bytes = Buffer.from(lines.join(''), 'latin1');
      if (bytes.length > 0) yield { file, bytes, offset: 0 };
    }
    const jails = stages.jails({ priorBans: (subject) => ledger.priorBans(subject) });
    const { filter, kinds, origins } = stages;
    ledger.begin();
    await run(
      { logs: [{ name: 'auth.log', host: HOST, chunks }], filter, kinds, origins, jails, ledger },
      undefined,
      {},
    );
    ledger.commit();
    return recordIn(ledger);
  } finally {
    ledger.close();
  }
}
