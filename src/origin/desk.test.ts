import { describe, expect, it } from 'vitest';
import type { Address, Network } from '../base/address.ts';
import { isIPv4, networkOf } from '../base/address.ts';
import type { Finding } from '../model.ts';
import { Desk, type DeskOptions, QUEUE_MAX } from './desk.ts';
import type { Informant, Reply } from './informant.ts';
import { address } from './testing/scratch.ts';

const HOUR = 3_600_000;

interface Scene {
  now: number;
  readonly desk: Desk<string>;
  /** In the order of telling: who asked, and what was said. */
  readonly told: Array<readonly [string, Finding]>;
  /** The addresses that somebody was asked about, in order. */
  readonly asked: string[];
  /** Answers the oldest question that waits for an answer; says whether there was one. */
  readonly reply: (reply: Reply) => Promise<void>;
  readonly recalled: Array<readonly [string, number]>;
}

function finding(text: string, at = 0, name = text): Finding {
  return {
    address: address(text),
    at,
    source: 'somebody',
    answer: { about: 'reverse-name', names: [{ name, verified: false }] },
  };
}

const answered = (text: string, at = 0): Reply => ({ state: 'answered', finding: finding(text, at) });
const failed: Reply = { state: 'failed', why: 'no answer' };

function scene(given: Partial<Informant> = {}, options: Partial<DeskOptions<string>> = {}): Scene {
  const waiting: Array<(reply: Reply) => void> = [];
  const one: Scene = {
    now: 1_000_000,
    told: [],
    asked: [],
    recalled: [],
    reply: async (reply) => {
      const tell = waiting.shift();
      if (!tell) throw new Error('nobody waits');
      tell(reply);
      await settled();
    },
    desk: new Desk<string>(
      {
        ...{ about: 'reverse-name', option: 'reverse_dns', workers: 2, patienceMs: HOUR, keepMs: HOUR },
        neighborhood: (about: Address): Network => networkOf(about, isIPv4(about) ? 24 : 48),
        holds: () => true,
        readyAt: () => 0,
        ask: (about: Address) => {
          one.asked.push(about.text);
          return new Promise((resolve) => waiting.push(resolve));
        },
        trouble: undefined,
        close: () => undefined,
        ...given,
      },
      {
        clock: () => one.now,
        recall: (_, network, since) => {
          one.recalled.push([network.text, since]);
          return undefined;
        },
        onFinding: (asker, found) => one.told.push([asker, found]),
        tries: 3,
        longestWaitMs: HOUR,
        ...options,
      },
    ),
  };
  return one;
}

/** All that follows from an answer has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('Desk', () => {
  it('asks a few at a time, in order, and tells who asked', async () => {
    const one = scene();
    for (const i of [1, 2, 3]) one.desk.add(`ban ${i}`, address(`192.0.${i}.1`));
    expect(one.asked).toEqual([]);
    one.desk.turn();
    expect(one.asked).toEqual(['192.0.1.1', '192.0.2.1']);
    await one.reply(answered('192.0.1.1'));
    expect(one.asked).toEqual(['192.0.1.1', '192.0.2.1', '192.0.3.1']);
    await one.reply(answered('192.0.2.1'));
    await one.reply(answered('192.0.3.1'));
    expect(one.told.map(([asker]) => asker)).toEqual(['ban 1', 'ban 2', 'ban 3']);
    expect(one.desk.facts).toMatchObject({ waiting: 0, answered: 3, unanswered: 0, dropped: 0 });
  });

  it('asks about a neighborhood once, and its answer serves the others, as long as it is good', async () => {
    const one = scene();
    for (const i of [1, 2, 3]) one.desk.add(`ban ${i}`, address(`192.0.2.${i}`));
    one.desk.turn();
    expect(one.asked).toEqual(['192.0.2.1']);
    await one.reply(answered('192.0.2.1', one.now));
    expect(one.told).toEqual([1, 2, 3].map((i) => [`ban ${i}`, finding('192.0.2.1', 1_000_000)]));
    one.now += HOUR;
    one.desk.add('ban 4', address('192.0.2.4'));
    one.desk.turn();
    expect(one.asked).toHaveLength(1);
    one.now += 1;
    one.desk.add('ban 5', address('192.0.2.5'));
    one.desk.turn();
    expect(one.asked).toEqual(['192.0.2.1', '192.0.2.5']);
  });

  it('asks again where the answer of a neighbor does not hold', async () => {
    const one = scene({ holds: (found, about) => found.address.text === about.text });
    for (const i of [1, 2]) one.desk.add(`ban ${i}`, address(`192.0.2.${i}`));
    one.desk.turn();
    await one.reply(answered('192.0.2.1', one.now));
    expect(one.asked).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('takes what the record remembers, if it is good', () => {
    const known = finding('192.0.2.9', 999_000);
    const one = scene({}, { recall: (_, network) => (network.text === '192.0.2.0/24' ? known : undefined) });
    one.desk.add('ban 1', address('192.0.2.1'));
    one.desk.add('ban 2', address('198.51.100.1'));
    one.desk.turn();
    expect([one.told, one.asked]).toEqual([[['ban 1', known]], ['198.51.100.1']]);
    const strict = scene({ holds: () => false }, { recall: () => known });
    strict.desk.add('ban 1', address('192.0.2.1'));
    strict.desk.turn();
    expect([strict.told, strict.asked]).toEqual([[], ['192.0.2.1']]);
  });

  it('remembers nothing of one whose answers are not good for long', async () => {
    const one = scene({ keepMs: 0 });
    for (const i of [1, 2]) one.desk.add(`ban ${i}`, address('192.0.2.1'));
    one.desk.turn();
    await one.reply(answered('192.0.2.1', one.now));
    await one.reply(answered('192.0.2.1', one.now));
    expect([one.asked.length, one.recalled]).toEqual([2, []]);
  });

  it('asks three times what nobody answers, and then not again for a while', async () => {
    const one = scene();
    one.desk.add('ban 1', address('192.0.2.1'));
    const seen: number[] = [];
    for (const wait of [0, 60_000, 240_000]) {
      one.now += wait - 1;
      one.desk.turn();
      one.now += 1;
      one.desk.turn();
      seen.push(one.asked.length);
      await one.reply(failed);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(one.desk.facts).toMatchObject({ waiting: 0, answered: 0, unanswered: 1 });
    one.desk.add('ban 2', address('192.0.2.2'));
    one.desk.turn();
    expect([one.asked.length, one.desk.facts.unanswered]).toEqual([3, 2]);
    one.now += 600_001;
    one.desk.add('ban 3', address('192.0.2.3'));
    one.desk.turn();
    expect(one.asked).toHaveLength(4);
  });

  it('waits as long as it is told to, but not longer than it may', async () => {
    const one = scene();
    one.desk.add('ban 1', address('192.0.2.1'));
    one.desk.turn();
    await one.reply({ state: 'later', at: one.now + 5_000, why: 'busy' });
    one.now += 4_999;
    one.desk.turn();
    expect(one.asked).toHaveLength(1);
    one.now += 1;
    one.desk.turn();
    expect(one.asked).toHaveLength(2);
    await one.reply({ state: 'later', at: one.now + HOUR + 1, why: 'busy' });
    expect(one.desk.facts).toMatchObject({ waiting: 0, unanswered: 1 });
  });

  it('passes those by whose server may not be asked', () => {
    const open = new Set(['198.51.100.1']);
    const one = scene({ readyAt: ({ text }) => (open.has(text) ? 0 : Number.POSITIVE_INFINITY) });
    for (let i = 0; i < 2_000; i++) one.desk.add('ban', address(`10.${i >> 8}.${i & 255}.1`));
    one.desk.add('ban', address('198.51.100.1'));
    // A part of a long queue is looked at in a turn.
    for (let turn = 0; turn < 5; turn++) one.desk.turn();
    expect(one.asked).toEqual(['198.51.100.1']);
  });

  it('counts what finds no room', () => {
    const one = scene({ readyAt: () => Number.POSITIVE_INFINITY });
    const about = address('192.0.2.1');
    for (let i = 0; i < QUEUE_MAX + 7; i++) one.desk.add('ban', about);
    expect(one.desk.facts).toMatchObject({ waiting: QUEUE_MAX, dropped: 7 });
    expect(one.desk.room).toEqual({ taken: QUEUE_MAX, left: 0 });
  });

  it('lets go of one that neither answers nor hears', async () => {
    const one = scene({ patienceMs: 10, ask: () => new Promise(() => undefined) }, { tries: 1 });
    one.desk.add('ban 1', address('192.0.2.1'));
    one.desk.turn();
    while (one.desk.facts.unanswered === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(one.desk.facts).toMatchObject({ waiting: 0, answered: 0, unanswered: 1 });
  });

  it('takes what an informant throws for its failure', async () => {
    const one = scene({ ask: () => Promise.reject(new TypeError('a fault')) }, { tries: 1 });
    one.desk.add('ban 1', address('192.0.2.1'));
    one.desk.turn();
    await settled();
    expect(one.desk.facts).toMatchObject({ waiting: 0, unanswered: 1 });
  });

  it('tells nobody of answers that come after it was cleared', async () => {
    const signals: AbortSignal[] = [];
    const one = scene({
      ask: (_, signal) => {
        signals.push(signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(answered('192.0.2.1'))));
      },
    });
    one.desk.add('ban 1', address('192.0.2.1'));
    one.desk.add('ban 2', address('192.0.2.2'));
    one.desk.turn();
    one.desk.clear();
    await settled();
    expect([one.told, signals.map(({ aborted }) => aborted), one.desk.facts.waiting]).toEqual([[], [true], 0]);
    one.desk.add('ban 3', address('192.0.2.3'));
    one.desk.turn();
    expect(signals).toHaveLength(2);
    one.desk.close();
  });

  it('answers ten thousand from memory without holding up the program', async () => {
    const one = scene();
    one.desk.add('first', address('192.0.2.1'));
    one.desk.turn();
    await one.reply(answered('192.0.2.1', one.now));
    for (let i = 0; i < QUEUE_MAX; i++) one.desk.add('ban', address('192.0.2.2'));
    one.desk.turn();
    // What comes in between finds most of them still waiting.
    expect(one.desk.facts.answered).toBeLessThan(20);
    while (one.desk.facts.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(one.told).toHaveLength(QUEUE_MAX + 1);
  });
});
