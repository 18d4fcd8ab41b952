import { describe, expect, it } from 'vitest';
import { LEFT_TO_ACTIONS } from '../base/left-to-actions.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { MemoryChannel } from './channel/memory.ts';
import { DeliveryError } from './channel.ts';
import {
  bansTold,
  campaign,
  DAY,
  HOUR,
  MINUTE,
  many,
  NOON,
  pass,
  reportsTold,
  SECOND,
  scene,
  work,
} from './testing/scene.ts';

describe('a ban that is news', () => {
  it('is told once, with what the ledger knows of the address', async () => {
    const all = await scene();
    const [old] = all.record({ subject: '203.0.113.7', ban: { host: 'mx', from: NOON - 9 * DAY } });
    const notifier = await all.begin();
    const [id] = all.record({ subject: '203.0.113.7', ban: { prior: 1, until: Number.POSITIVE_INFINITY } });
    await work(notifier);
    await work(notifier);
    await work(await all.begin());

    expect(old).toBe(1);
    expect(bansTold(all.channel)).toMatchObject([
      {
        ...{ key: `ban ${id}`, made: NOON, host: 'web1', news: ['hosts', 'kind'] },
        ban: {
          ...{ id, subject: '203.0.113.7', jail: 'ssh', prior: 1, until: null, block: 'blocked' },
          evidence: [{ path: '/var/log/auth.log', offset: 4711, line: expect.stringContaining('Failed password') }],
          record: { bans: 2, first: NOON - 9 * DAY, hosts: ['mx', 'web1'] },
          origin: { organization: 'Example Hosting' },
        },
      },
    ]);
  });

  it('is none of the history, of imports, of old logs, or of what was told before', async () => {
    const all = await scene();
    all.record(...many(20));
    const notifier = await all.begin();
    await work(notifier);
    all.record(
      { subject: '198.18.0.1' },
      { subject: '192.0.2.1', ban: { reason: { rule: 'imported', from: 'fail2ban-db', text: '' } }, block: undefined },
      { subject: '192.0.2.2', ban: { reason: { rule: 'manual', by: 'ana', why: '' } } },
      { subject: '192.0.2.200', ban: { from: NOON - 2 * DAY } },
    );
    await pass(all, notifier, MINUTE, SECOND);
    expect(all.channel.kept).toEqual([]);
    // Old news are still news for the digest.
    expect(notifier.state.held).toEqual([]);
    all.record({ subject: '203.0.113.9', ban: { from: NOON - 2 * DAY } });
    await work(notifier);
    expect([all.channel.kept, notifier.state.held]).toEqual([[], [25]]);
  });

  it('waits for its block, but not for long', async () => {
    const all = await scene();
    const notifier = await all.begin();
    const [first = 0] = all.record({ subject: '203.0.113.7', block: undefined }, { subject: '198.51.100.1' });
    await pass(all, notifier, 3 * SECOND, SECOND);
    expect(all.channel.kept).toEqual([]);
    all.ledger.begin();
    all.ledger.block(first, { state: 'refused', at: NOON, why: 'the set is full' });
    all.ledger.commit();
    await work(notifier);
    expect(bansTold(all.channel)).toMatchObject([
      { key: `ban ${first} ineffective`, news: ['ineffective', 'kind', 'network'], ban: { why: 'the set is full' } },
      { news: ['network'] },
    ]);
    all.record({ subject: '192.0.2.3', block: undefined });
    await pass(all, notifier, 10 * SECOND, SECOND);
    expect(bansTold(all.channel).at(-1)).toMatchObject({ ban: { subject: '192.0.2.3', block: 'pending' } });
  });

  it('is no failure when its block is left to the actions of an existing fail2ban, found at once or later', async () => {
    const all = await scene();
    const notifier = await all.begin();
    const left = { state: 'refused', at: NOON, why: LEFT_TO_ACTIONS } as const;
    all.record({ subject: '203.0.113.7', block: left });
    await work(notifier);
    const [id = 0] = all.record({ subject: '192.0.2.3', block: undefined });
    await pass(all, notifier, 10 * SECOND, SECOND);
    all.ledger.begin();
    all.ledger.block(id, left);
    all.ledger.commit();
    await work(notifier);
    expect(bansTold(all.channel)).toMatchObject([
      { news: ['kind', 'network'], ban: { block: 'left' } },
      { news: ['network'], ban: { block: 'pending' } },
    ]);
  });

  it('is told again when it has no effect, once', async () => {
    const all = await scene();
    const notifier = await all.begin();
    const [id = 0] = all.record({ subject: '203.0.113.7' });
    await work(notifier);
    for (let i = 0; i < 3; i++) {
      all.ledger.begin();
      all.ledger.block(id, { state: 'ineffective', at: NOON, why: 'a proxy' });
      all.ledger.commit();
      await work(notifier);
    }
    const told = bansTold(all.channel).map(({ key, ban }) => [key, ban.block, ban.why]);
    expect(told).toEqual([
      [`ban ${id}`, 'blocked', undefined],
      [`ban ${id} ineffective`, 'ineffective', 'a proxy'],
    ]);
    expect(notifier.state.held).toEqual([]);
  });

  it('is the first of a campaign, and dry runs say what they are', async () => {
    const all = await scene();
    const notifier = await all.begin();
    all.record(
      ...many(50).map(({ subject }, i) => ({
        ...{ subject, ban: { reason: campaign(100 + i) }, block: { state: 'dry-run' } as const },
      })),
    );
    await work(notifier);
    expect(bansTold(all.channel)).toMatchObject([{ news: ['campaign'], ban: { block: 'dry-run' } }]);
  });

  it('is every ban, or none, where the configuration says so', async () => {
    for (const [bans, count] of [
      ['all', 3],
      ['none', 0],
    ] as const) {
      const all = await scene();
      const notifier = await all.begin({ bans });
      all.record({ subject: '192.0.2.1' }, { subject: '192.0.2.2' }, { subject: '192.0.2.2' });
      await work(notifier);
      expect(bansTold(all.channel)).toHaveLength(count);
    }
  });
});

describe('a report of the month', () => {
  it('is made on the first, told once, and tried again where it fails', async () => {
    const all = await scene();
    const asked: string[] = [];
    const report = async (month: string) => {
      asked.push(`${month} ${new Date(all.clock.now).toISOString().slice(0, 13)}`);
      if (asked.length === 1) throw new ProblemError(EXIT.unavailable, { what: 'the disk is full' });
      return { summary: ['12 bans.'], path: `/var/lib/rapsheet/reports/${month}.html` };
    };
    const notifier = await all.begin({ report });
    await pass(all, notifier, 3 * DAY, HOUR);
    expect(asked).toEqual([]);
    await pass(all, notifier, 21 * HOUR, HOUR);
    expect(asked).toEqual(['2026-11 2026-12-01T07']);
    expect(notifier.state.problems[0]).toContain('the report of 2026-11 was not made: the disk is full');
    await pass(all, notifier, 2 * DAY, HOUR);
    expect(asked).toEqual(['2026-11 2026-12-01T07', '2026-11 2026-12-01T08']);
    expect(reportsTold(all.channel)).toMatchObject([
      { key: 'report 2026-11', month: '2026-11', summary: ['12 bans.'] },
    ]);
    expect(notifier.state.problems).toEqual([]);
    await work(await all.begin({ report }));
    expect(asked).toHaveLength(2);
  });
});

describe('channels', () => {
  it('that hang keep nobody waiting, and get no more than an hour may have when they are back', async () => {
    const all = await scene();
    let isDown = true;
    const slow = new MemoryChannel('slow', async (_, { signal }) => {
      if (isDown) await new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
    });
    const sorts = ['ban'] as const;
    const recipients = [
      { channel: slow, sorts },
      { channel: all.channel, sorts },
    ];
    const notifier = await all.begin({ recipients, perHour: 3, bans: 'all', digest: 'off', timeoutMs: 30 });
    for (let hour = 0; hour < 10; hour++) {
      all.record(...many(5).map(({ subject }) => ({ subject })));
      await pass(all, notifier, HOUR, HOUR);
    }
    expect(all.channel.kept).toHaveLength(30);
    isDown = false;
    await pass(all, notifier, 8 * HOUR, MINUTE);
    expect(slow.kept).toHaveLength(3);
    expect(all.ledger.outbox.backlogs()).toEqual([]);
  });

  it('that are gone from the configuration leave their messages to be seen', async () => {
    const all = await scene();
    const down = new MemoryChannel('chat', () => {
      throw new DeliveryError('no answer');
    });
    const notifier = await all.begin({ recipients: [{ channel: down, sorts: ['ban'] }] });
    all.record({ subject: '192.0.2.1' });
    await work(notifier);
    await all.begin();
    expect(all.ledger.outbox.list('dead', 10)).toMatchObject([
      { channel: 'chat', error: 'there is no channel "chat" in the configuration any more' },
    ]);
  });
});
