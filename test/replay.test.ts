/**
 * Replay cases: a folder each, with logs, a configuration, and the bans that they must lead to. What a case is about,
 * and why these bans and no others, stands in its expected.json. UPDATE_EXPECTED=1 writes what the program does instead
 * of comparing; then read the difference, line by line, before you believe it.
 */
import { cpSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { done, linesOf, PROJECT, readBans, scratch } from './run.ts';

const CASES = join(PROJECT, 'test', 'replay');
const folder = scratch();

const expectation = v.strictObject({
  about: v.string(),
  /** What follows `rapsheet replay`. */
  given: v.array(v.string()),
  /** When a log was last written: the year of its dates depends on it, and git does not keep it. */
  modified: v.optional(v.record(v.string(), v.string()), {}),
  attempts: v.number(),
  /** Of the summary, everything that was set aside or not counted. */
  counts: v.record(v.string(), v.number()),
  bans: v.array(
    v.strictObject({
      address: v.string(),
      host: v.string(),
      kind: v.string(),
      from: v.string(),
      until: v.nullable(v.string()),
      prior: v.number(),
    }),
  ),
});
type Expectation = v.InferOutput<typeof expectation>;

const counted = v.record(v.string(), v.unknown());
const summary = v.object({ attempts: v.number(), bans: v.number(), jails: counted, logs: v.array(counted) });
const SET_ASIDE = ['unreadable', 'oversize', 'forwarded', 'forged', 'unknown'];

describe.each(readdirSync(CASES))('replay case %s', (name) => {
  const path = join(CASES, name, 'expected.json');
  const expected = v.parse(expectation, JSON.parse(readFileSync(path, 'utf8')));

  it('leads to the bans that its expected.json explains', async () => {
    const { attempts, counts, bans } = await outcomeOf(name, expected);
    if (process.env.UPDATE_EXPECTED === '1') {
      writeFileSync(path, `${JSON.stringify({ ...expected, attempts, counts, bans }, null, 2)}\n`);
      return;
    }
    expect({ attempts, counts, bans }).toEqual({
      attempts: expected.attempts,
      counts: expected.counts,
      bans: expected.bans,
    });
  });
});

async function outcomeOf(
  name: string,
  expected: Expectation,
): Promise<Omit<Expectation, 'about' | 'given' | 'modified'>> {
  const cwd = join(folder, name);
  cpSync(join(CASES, name), cwd, { recursive: true });
  for (const [file, time] of Object.entries(expected.modified)) {
    utimesSync(join(cwd, file), new Date(time), new Date(time));
  }
  const common = ['-c', 'config.toml', '--ledger', 'ledger.db', '--print', 'bans', '--json'];
  const lines = linesOf(await done(['replay', ...common, ...expected.given], { cwd }));
  const { attempts, jails, logs } = v.parse(summary, JSON.parse(lines.pop() ?? ''));
  const counts: Record<string, number> = {};
  for (const key of SET_ASIDE)
    add(
      counts,
      key,
      logs.map((log) => log[key]),
    );
  for (const [key, count] of Object.entries(jails)) add(counts, key, [count]);
  const bans = readBans(lines.join('\n')).map(({ address, host, kind, time, until, prior }) => {
    return { address, host, kind, from: time, until, prior };
  });
  return { attempts, counts, bans: bans.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)) };
}

function add(counts: Record<string, number>, key: string, values: readonly unknown[]): void {
  const sum = values.reduce<number>((total, value) => total + Number(value), 0);
  if (sum > 0) counts[key] = sum;
}

function orderOf({ from, host, address }: Expectation['bans'][number]): string {
  return `${from} ${host} ${address}`;
}
