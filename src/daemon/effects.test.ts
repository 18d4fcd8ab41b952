import { describe, expect, it } from 'vitest';
import { parseAddress, parseNetwork } from '../base/address.ts';
import { silentLog } from '../base/log.ts';
import type { Diagnosis } from '../firewall/diagnosis.ts';
import type { Attempt } from '../model.ts';
import { Effects } from './effects.ts';
import type { Held } from './target.ts';
import { until } from './testing.ts';

const pattern = { filter: 'sshd', number: 1, service: 'ssh', kind: 'ssh.login', voice: undefined };

function attempt(text: string, time: number): Attempt {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return {
    ...{ time, address, pattern: { ...pattern, syslog: true, success: false }, user: 'root', target: undefined },
    ...{ file: { host: 'web1', path: 'auth.log', modified: 0 }, offset: time, count: 1, session: '', line: '' },
  };
}

function bench() {
  const world = { now: 0, held: new Map<string, Held>(), fails: false };
  const found: Diagnosis = { cause: 'proxy', what: 'a proxy in front', remedy: 'block there' };
  const looks: Array<readonly Attempt[]> = [];
  const told: Diagnosis[] = [];
  const effects = new Effects({
    ...{ clock: () => world.now, log: silentLog },
    held: ({ text }) => world.held.get(text),
    diagnose: async (_, attempts) => {
      looks.push([...attempts]);
      if (world.fails) throw new Error('no ss');
      return found;
    },
    onDiagnosis: (_, diagnosis) => void told.push(diagnosis),
  });
  const block = (text: string, from = 0): void => {
    const subject = parseNetwork(text);
    if (!subject) throw new RangeError(text);
    const of = { jail: 'ssh', group: 'all', isOld: false, row: { id: 1 }, isAnswered: true };
    world.held.set(text, { ...of, subject, from, at: from, until: 9e9 });
  };
  const see = (text: string, time: number): void => {
    const subject = parseNetwork(text);
    if (!subject) throw new RangeError(text);
    world.now = time;
    effects.see(attempt(text, time), 1, subject);
  };
  return { world, effects, looks, told, block, see };
}

describe('Effects', () => {
  it('looks when a third attempt comes of somebody who is blocked', async () => {
    const { effects, looks, told, block, see } = bench();
    block('203.0.113.7');
    // Stragglers do not count.
    for (let i = 0; i < 9; i++) see('203.0.113.7', 4_000);
    for (const time of [6_000, 7_000]) see('203.0.113.7', time);
    expect(looks).toEqual([]);
    see('203.0.113.7', 8_000);
    await until(() => told.length === 1, 'the look');
    expect(looks[0]?.map(({ time }) => time)).toEqual([6_000, 7_000, 8_000]);
    expect(effects.list()).toMatchObject([
      { subject: '203.0.113.7', attempts: 3, cause: 'proxy', what: 'a proxy in front', remedy: 'block there' },
    ]);
  });

  it('looks again after an hour, and not before; a new ban is a new matter', async () => {
    const { looks, block, see } = bench();
    block('203.0.113.7');
    for (let i = 0; i < 9; i++) see('203.0.113.7', 10_000 + i);
    expect(looks.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    see('203.0.113.7', 10_000_000);
    expect(looks.length).toBe(2);
    block('203.0.113.7', 11_000_000);
    see('203.0.113.7', 11_010_000);
    expect(looks.length).toBe(2);
  });

  it('says nothing of who is not blocked, and forgets who is not any more', async () => {
    const { world, effects, looks, told, block, see } = bench();
    for (let i = 0; i < 9; i++) see('203.0.113.7', 10_000);
    expect(looks).toEqual([]);
    block('203.0.113.7');
    for (let i = 0; i < 3; i++) see('203.0.113.7', 10_000);
    await until(() => told.length === 1, 'the look');
    world.held.clear();
    effects.prune();
    expect(effects.list()).toEqual([]);
  });

  it('looks on after a look that failed', async () => {
    const { world, looks, told, block, see } = bench();
    world.fails = true;
    block('203.0.113.7');
    block('203.0.113.8');
    for (let i = 0; i < 3; i++) see('203.0.113.7', 10_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    world.fails = false;
    for (let i = 0; i < 3; i++) see('203.0.113.8', 10_000);
    await until(() => told.length === 1, 'the second look');
    expect(looks.length).toBe(2);
  });

  it('watches no more than it can', () => {
    const { looks, block, see } = bench();
    for (let n = 0; n < 1_100; n++) {
      const text = `10.0.${n >> 8}.${n & 255}`;
      block(text);
      for (let i = 0; i < 3; i++) see(text, 10_000);
    }
    expect(looks.length).toBeLessThanOrEqual(1_000);
  });
});
