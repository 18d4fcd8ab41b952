import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../base/log.ts';
import { openLedger } from '../ledger/ledger.ts';
import { MemoryChannel } from './channel/memory.ts';
import { DeliveryError } from './channel.ts';
import type { TestNotice } from './notice.ts';
import { messageId, Sender, type SenderOptions, TRIES_MAX, waitAfter } from './sender.ts';
import { DAY, HOUR, MINUTE, NOON, type Scene, scene } from './testing/scene.ts';

const notice = (key: string): TestNotice => ({ sort: 'test', key, made: NOON, host: undefined, by: 'ana' });

function post({ ledger, clock }: Scene, channel: string, ...keys: readonly string[]): void {
  ledger.begin();
  for (const key of keys) {
    const content = JSON.stringify(notice(key));
    ledger.outbox.post({ key, channel, made: clock.now, due: clock.now, content });
  }
  ledger.commit();
}

function senderOf({ ledger, clock }: Scene, channels: SenderOptions['channels'], given: Partial<SenderOptions> = {}) {
  return new Sender({ ledger, channels, clock: () => clock.now, log: silentLog, perHour: 100, ...given });
}

const keysOf = ({ kept }: MemoryChannel): string[] => kept.map(({ notice: { key } }) => key);

describe('Sender', () => {
  it('sends what waits in its order, each once', async () => {
    const all = await scene();
    post(all, 'inbox', 'a', 'b', 'c');
    const sender = senderOf(all, [all.channel]);
    sender.turn();
    await sender.settled();
    sender.turn();
    await sender.settled();
    expect(keysOf(all.channel)).toEqual(['a', 'b', 'c']);
    expect(all.ledger.outbox.counts()).toEqual({ waiting: 0, sending: 0, sent: 3, dead: 0 });
  });

  it('goes on with others while one hangs, and gives each one message at a time', async () => {
    const all = await scene();
    let begun = 0;
    const hung = new MemoryChannel('hung', () => {
      begun++;
      return new Promise(() => undefined);
    });
    post(all, 'hung', 'a', 'b');
    post(all, 'inbox', 'a', 'b');
    const arrived = new Promise<void>((resolve) => {
      const inbox = new MemoryChannel('inbox', ({ key }) => {
        if (key === 'b') resolve();
      });
      const sender = senderOf(all, [hung, inbox]);
      sender.turn();
      sender.turn();
    });
    await arrived;
    expect(begun).toBe(1);
    expect(all.ledger.outbox.list('sending', 10)).toContainEqual(
      expect.objectContaining({ channel: 'hung', tries: 1 }),
    );
  });

  it('gives up one that takes too long, also where it does not listen, and tries again', async () => {
    const all = await scene();
    const deaf = new MemoryChannel('deaf', () => new Promise(() => undefined));
    post(all, 'deaf', 'a');
    const sender = senderOf(all, [deaf], { timeoutMs: 20 });
    sender.turn();
    await sender.settled();
    expect(all.ledger.outbox.list('waiting', 10)).toMatchObject([{ tries: 1, error: 'no answer in time' }]);
  });

  it('tries again under the same id, later each time, and gives up after three days', async () => {
    const all = await scene();
    const ids = new Set<string>();
    const times: number[] = [];
    const dead = new MemoryChannel('dead', (_, { id }) => {
      ids.add(id);
      times.push(all.clock.now);
      throw new DeliveryError('connection refused');
    });
    post(all, 'dead', 'a');
    const sender = senderOf(all, [dead]);
    for (const end = NOON + 5 * DAY; all.clock.now < end; all.clock.now += MINUTE / 4) {
      sender.turn();
      await sender.settled();
    }
    expect(ids.size).toBe(1);
    expect(times).toHaveLength(TRIES_MAX);
    const took = (times.at(-1) ?? 0) - NOON;
    expect([took > 2.5 * DAY, took < 3.5 * DAY]).toEqual([true, true]);
    expect(all.ledger.outbox.list('dead', 10)).toMatchObject([{ error: 'connection refused', tries: TRIES_MAX }]);
  });

  it('does not try again what cannot be sent, nor what cannot be read', async () => {
    const all = await scene();
    const strict = new MemoryChannel('strict', () => {
      throw new DeliveryError('no such user', { isFinal: true });
    });
    post(all, 'strict', 'a');
    all.ledger.begin();
    all.ledger.outbox.post({ key: 'b', channel: 'strict', made: NOON, due: NOON, content: '{"sort":"ban"' });
    all.ledger.commit();
    const sender = senderOf(all, [strict]);
    sender.turn();
    await sender.settled();
    expect(all.ledger.outbox.list('dead', 10).map(({ error }) => error)).toEqual(['it cannot be read', 'no such user']);
  });

  it('leaves a channel alone for as long as it asks, with everything', async () => {
    const all = await scene();
    let isBusy = true;
    const busy = new MemoryChannel('busy', () => {
      if (isBusy) throw new DeliveryError('too many requests', { waitMs: 2 * HOUR });
    });
    post(all, 'busy', 'a', 'b');
    const sender = senderOf(all, [busy]);
    sender.turn();
    await sender.settled();
    isBusy = false;
    all.clock.now += 2 * HOUR - 1;
    sender.turn();
    await sender.settled();
    expect(busy.kept).toEqual([]);
    all.clock.now += 1;
    sender.turn();
    await sender.settled();
    expect(keysOf(busy).sort()).toEqual(['a', 'b']);
  });

  it('sends no more in an hour than it may', async () => {
    const all = await scene();
    post(all, 'inbox', 'a', 'b', 'c', 'd', 'e');
    const sender = senderOf(all, [all.channel], { perHour: 2 });
    const arrived: number[] = [];
    for (let hour = 0; hour < 3; hour++, all.clock.now += HOUR) {
      sender.turn();
      await sender.settled();
      arrived.push(all.channel.kept.length);
    }
    expect(arrived).toEqual([2, 4, 5]);
  });

  it('sends again, under the same id, what was on its way when the process was killed', async () => {
    const all = await scene();
    post(all, 'inbox', 'a');
    const ids: string[] = [];
    const first = senderOf(all, [
      new MemoryChannel('inbox', (_, { id }) => {
        ids.push(id);
        return new Promise(() => undefined);
      }),
    ]);
    first.turn();
    // Nobody tells the ledger what became of it: that is what a kill looks like from the next process.
    const second = senderOf(all, [all.channel]);
    second.turn();
    await second.settled();
    expect(all.channel.kept.map(({ id }) => id)).toEqual(ids);
    expect(all.ledger.outbox.counts()).toMatchObject({ sent: 1, sending: 0 });
  });

  it('sends nothing twice because the ledger could not be written in between', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rapsheet-sender-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const all = await scene(join(folder, 'ledger.db'));
    post(all, 'inbox', 'a', 'b');
    const other = await openLedger({ path: join(folder, 'ledger.db'), mode: 'write', clock: () => NOON });
    onTestFinished(() => other.close());
    const channel = new MemoryChannel('inbox', ({ key }) => {
      if (key === 'a') other.begin();
    });
    const sender = senderOf(all, [channel]);
    sender.turn();
    await sender.settled();
    expect(() => sender.turn()).toThrow('another process');
    expect(keysOf(channel)).toEqual(['a']);
    other.rollback();
    sender.turn();
    await sender.settled();
    expect(keysOf(channel)).toEqual(['a', 'b']);
    expect(all.ledger.outbox.counts()).toMatchObject({ sent: 2 });
  });

  it('tells nothing of what a channel with a fault says', async () => {
    const all = await scene();
    const faulty = new MemoryChannel('faulty', () => {
      throw new TypeError('cannot reach https://example.org/hush');
    });
    post(all, 'faulty', 'a');
    const sender = senderOf(all, [faulty]);
    sender.turn();
    await sender.settled();
    expect(all.ledger.outbox.list('waiting', 1)).toMatchObject([{ error: 'a fault of the program (TypeError)' }]);
  });
});

describe('waitAfter()', () => {
  it('grows from a minute to six hours, a quarter more or less', () => {
    for (let tries = 1; tries < TRIES_MAX; tries++) {
      const middle = Math.min(6 * HOUR, MINUTE * 2 ** (tries - 1));
      const waits = Array.from({ length: 200 }, (_, i) => waitAfter(tries, `${i}`));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(0.75 * middle);
      expect(Math.max(...waits)).toBeLessThanOrEqual(1.25 * middle);
      expect(new Set(waits).size).toBeGreaterThan(100);
    }
  });
});

describe('messageId()', () => {
  it('is the same for a message, and another for every other', () => {
    const message = { channel: 'mail', key: 'ban 1', made: NOON };
    expect(messageId({ ...message })).toBe(messageId(message));
    const others = [{ channel: 'chat' }, { key: 'ban 2' }, { made: NOON + 1 }].map((each) =>
      messageId({ ...message, ...each }),
    );
    expect(new Set([messageId(message), ...others]).size).toBe(4);
  });
});
