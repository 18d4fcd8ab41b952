import { describe, expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { startProgram } from '../base/program.ts';
import { ALL_PORTS, type BlockOrder } from './firewall.ts';
import { laneOf, setOf } from './nft-script.ts';
import { Settlement } from './nft-settlement.ts';
import { NftTransactions } from './nft-transactions.ts';
import { Screening } from './screening.ts';

const SHAPE = { table: 'rapsheet', groups: [], hooks: ['input'] as const, capacity: 100, counters: true };

function order(text: string): BlockOrder {
  const subject = parseNetwork(text);
  if (!subject) throw new RangeError(text);
  return { subject, until: 60_000, group: ALL_PORTS };
}

/** A settlement whose nft refuses every transaction in which `refuses` finds something, in its words. */
function settle(orders: readonly BlockOrder[], refuses: (script: string) => string) {
  const scripts: string[] = [];
  const transactions = new NftTransactions({
    run: async (_, __, options) => {
      const script = options?.input ?? '';
      scripts.push(script);
      const said = refuses(script);
      return { status: said === '' ? 0 : 1, out: '', err: said };
    },
    // No nft that goes on: each transaction is a run.
    start: () => startProgram('false', []),
  });
  const screening = new Screening(orders, { groups: [], hooks: [], clock: () => 0 });
  const lanes = new Map(orders.map(({ subject, group }) => [setOf(laneOf(subject, group)), laneOf(subject, group)]));
  const settlement = new Settlement({ transactions, shape: SHAPE, lanes, screening, examine: async () => undefined });
  return { settlement, screening, scripts, lanes };
}

const MANY = Array.from({ length: 2_000 }, (_, i) => order(`10.0.${i >> 8}.${i & 255}`));

describe('Settlement', () => {
  it('refuses alone what is at fault, however many stand around it', async () => {
    const bad = ['10.0.0.7', '10.0.3.200', '10.0.7.1'];
    const { settlement, screening, scripts } = settle(MANY, (script) =>
      bad.some((text) => script.includes(`${text} timeout`)) ? 'Error: Could not process rule: Invalid argument' : '',
    );
    await settlement.run([]);
    const blocks = screening.blocks(1);
    expect(MANY.filter((_, i) => blocks[i]?.state === 'refused').map(({ subject }) => subject.text)).toEqual(bad);
    expect(blocks.find(({ state }) => state === 'refused')).toMatchObject({
      why: 'Could not process rule: Invalid argument',
    });
    expect(scripts.length).toBeLessThan(80);
  });

  it('finds a full set full a few times, not once for each', async () => {
    let room = 700;
    const { settlement, screening, scripts } = settle(MANY, (script) => {
      const count = (script.match(/timeout/g) ?? []).length;
      if (count > room) return 'Error: Could not process rule: Too many open files in system';
      room -= count;
      return '';
    });
    await settlement.run([]);
    const states = screening.blocks(1).map(({ state }) => state);
    expect(states.filter((state) => state === 'blocked')).toHaveLength(700);
    expect(scripts.length).toBeLessThan(40);
    expect(screening.blocks(1).at(-1)).toMatchObject({ why: "the kernel's set is full (100 elements)" });
  });

  it('does not try thousands one by one when all fail', async () => {
    const { settlement, scripts } = settle(MANY, () => 'Error: Could not process rule: Device or resource busy');
    await expect(settlement.run([])).rejects.toMatchObject({
      name: 'FirewallError',
      message: 'nft: Could not process rule: Device or resource busy',
    });
    expect(scripts.length).toBeLessThan(300);
  });

  it('releases from a full set by deleting alone', async () => {
    const { settlement, scripts, screening } = settle([order('10.0.0.1')], (script) =>
      /^add element .* 10\.0\.0\.9 /m.test(script) ? 'Error: Too many open files in system' : '',
    );
    await settlement.run([order('10.0.0.9').subject]);
    expect(scripts).toContain('delete element inet rapsheet all_4_32 { 10.0.0.9 }\n');
    expect(screening.blocks(1)).toEqual([{ state: 'blocked', at: 1 }]);
  });

  it('makes the set and the rule of a new length of prefix in the transaction that fills it', async () => {
    const { settlement, scripts, lanes } = settle([order('10.0.0.0/9')], () => '');
    lanes.clear();
    await settlement.run([]);
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toMatch(/^add set inet rapsheet all_4_9 .*add rule .*add element /s);
    expect([...lanes.keys()]).toEqual(['all_4_9']);
  });
});
