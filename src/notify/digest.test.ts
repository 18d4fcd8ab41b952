import { describe, expect, it } from 'vitest';
import {
  bansTold,
  campaign,
  DAY,
  digestsTold,
  HOUR,
  MINUTE,
  many,
  NOON,
  pass,
  SECOND,
  scene,
  work,
} from './testing/scene.ts';

describe('10,000 bans in a minute', () => {
  it('are as many messages as an hour may have, and one digest that counts each exactly once', async () => {
    const all = await scene();
    const notifier = await all.begin({ perHour: 7 });
    const bans = many(10_000);
    const hundred = bans.length / 100;
    for (let second = 0; second < 60; second++) {
      all.clock.now += SECOND;
      all.record(...bans.splice(0, hundred + Math.ceil(bans.length / 60)));
      await work(notifier);
    }
    all.record(...bans);
    await work(notifier);
    expect(all.channel.kept).toHaveLength(7);
    expect(notifier.state.held.length + notifier.state.heldRest).toBe(notifier.state.bans - 7 - seen(10_000));

    await pass(all, notifier, DAY, 10 * MINUTE);
    const [digest, ...others] = digestsTold(all.channel);
    expect(bansTold(all.channel)).toHaveLength(7);
    expect(others).toEqual([]);
    expect(digest).toMatchObject({ every: 'day', from: NOON, bans: 10_000, addresses: 10_000 });
    // 39 networks of 256 addresses and one of 16.
    expect(digest?.groups.map(({ by, bans: count, addresses }) => [by, count, addresses])).toEqual(
      Array.from({ length: 20 }, () => ['network', 256, 256]),
    );
    expect(digest?.rest).toBe(19 * 256 + 16);
    expect(digest?.kinds).toEqual([{ name: 'ssh.login', count: 10_000 }]);
    expect(digest?.held).toHaveLength(10);
    expect([notifier.state.held, notifier.state.heldRest]).toEqual([[], 0]);
  });

  /** Bans that are no news, because their /24 had one before. */
  function seen(count: number): number {
    return count - Math.ceil(count / 256);
  }
});

describe('a digest', () => {
  it('comes at its time, counts by the numbers of bans, and is compared with the one before', async () => {
    const all = await scene();
    const notifier = await all.begin({ bans: 'none' });
    all.record({ subject: '192.0.2.1' }, { subject: '192.0.2.2' }, { subject: '203.0.113.1' });
    all.record({ subject: '203.0.113.1', ban: { reason: campaign(100) } });
    all.record({ subject: '192.0.2.9', ban: { reason: { rule: 'imported', from: 'csv', text: '' } } });
    await pass(all, notifier, DAY, HOUR);
    expect(digestsTold(all.channel)).toMatchObject([
      {
        ...{ until: Date.UTC(2026, 10, 28, 7), bans: 4, addresses: 3, rest: 0 },
        kinds: [{ name: 'ssh.login', count: 4 }],
        hosts: [{ name: 'web1', count: 4 }],
        groups: [
          { by: 'network', name: '192.0.2.0/24', bans: 2, members: ['192.0.2.1', '192.0.2.2'] },
          { by: 'address', name: '203.0.113.1', bans: 1 },
          { by: 'campaign', name: 'root', bans: 1 },
        ],
      },
    ]);
    // Recorded now, begun long ago: nobody else would count it.
    all.record({ subject: '192.0.2.3', ban: { from: NOON - 90 * DAY } });
    await pass(all, notifier, DAY, HOUR);
    expect(digestsTold(all.channel)[1]).toMatchObject({ bans: 1, before: { bans: 4, addresses: 3, attempts: 0 } });
  });

  it('counts each attempt that is recorded in its days once', async () => {
    const all = await scene();
    all.tally(100);
    const notifier = await all.begin({ digest: 'hour' });
    const told = [];
    let sum = 0;
    for (let hour = 0; hour < 60; hour++) {
      all.tally(hour);
      sum += hour;
      all.record({ subject: `192.0.2.${hour}` });
      await pass(all, notifier, HOUR, HOUR);
      told.push(digestsTold(all.channel).at(-1)?.attempts);
    }
    expect(told).toEqual(Array.from({ length: 60 }, (_, hour) => hour));
    expect(digestsTold(all.channel).reduce((all, { attempts }) => all + attempts, 0)).toBe(sum);
  });

  it('covers an outage, and says since when', async () => {
    const all = await scene();
    await work(await all.begin());
    all.record(...many(300));
    all.clock.now += 5 * DAY;
    await work(await all.begin());
    expect(bansTold(all.channel)).toEqual([]);
    expect(digestsTold(all.channel)).toMatchObject([
      { from: NOON, until: NOON + 5 * DAY, bans: 300, held: [{ subject: '198.18.0.0' }, { subject: '198.18.1.0' }] },
    ]);
  });

  it('waits for its turn where the hour is used up, and counts as a message itself', async () => {
    const all = await scene();
    all.clock.now = Date.UTC(2026, 10, 28, 6, 50);
    const notifier = await all.begin({ perHour: 1, bans: 'all' });
    all.record({ subject: '192.0.2.1' });
    await pass(all, notifier, 20 * MINUTE, MINUTE);
    all.record({ subject: '192.0.2.2' });
    await pass(all, notifier, 3 * HOUR, MINUTE);
    const times = all.channel.kept.map(({ notice }) => [notice.sort, (notice.made - NOON - DAY) / MINUTE + 240]);
    expect(times).toEqual([
      ['ban', 51],
      ['digest', 111],
    ]);
  });

  it('of an hour in which nothing was is not sent, of a day it is', async () => {
    for (const [digest, count] of [
      ['hour', 0],
      ['day', 1],
    ] as const) {
      const all = await scene();
      await pass(all, await all.begin({ digest }), DAY, HOUR);
      expect(digestsTold(all.channel)).toHaveLength(count);
    }
  });

  it('tells what was held back also where there are no digests', async () => {
    const all = await scene();
    const notifier = await all.begin({ digest: 'off', perHour: 2, bans: 'all' });
    await pass(all, notifier, 5 * HOUR, 30 * MINUTE);
    all.record(...many(5));
    await work(notifier);
    await pass(all, notifier, 5 * HOUR, 30 * MINUTE);
    expect(bansTold(all.channel)).toHaveLength(2);
    expect(digestsTold(all.channel)).toMatchObject([{ every: 'hour', bans: 5, held: [{}, {}, {}], heldRest: 0 }]);
  });
});
