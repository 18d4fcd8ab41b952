import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../ledger/ledger.ts';
import { AtOnce } from './at-once.ts';
import { DISCRETION, KINDS, type NewBan, NOON, type Scene, scene } from './testing/scene.ts';

const MINUTE = 60_000;
const banOf = (last: number): NewBan => ({ subject: `203.0.113.${last}` });

function begin({ ledger }: Scene): AtOnce {
  return new AtOnce({ ledger, ways: ['abuseipdb'], kinds: KINDS, lines: 5, discretion: async () => DISCRETION });
}

/** Which address is due when, in minutes from noon, the first posted first. */
function waitingIn(ledger: Ledger): string[] {
  const waiting = ledger.outbox.list('waiting', 1_000).reverse();
  return waiting.map(({ key, due }) => `${key.split(' ')[2]} ${(due - NOON) / MINUTE}`);
}

describe('AtOnce', () => {
  it('tells of each ban from now on, once, also after a restart', async () => {
    const stage = await scene();
    stage.record(banOf(1));
    const first = begin(stage);
    expect(await first.turn(NOON)).toBe(false);
    stage.record(banOf(2), banOf(3));
    await first.turn(NOON);
    await first.turn(NOON);
    stage.record(banOf(4));
    const second = begin(stage);
    for (let turn = 0; turn < 3; turn++) await second.turn(NOON);
    expect(waitingIn(stage.ledger)).toEqual(['203.0.113.2 0', '203.0.113.3 0', '203.0.113.4 0']);
    const reports = stage.ledger.abuse.undelivered();
    expect(reports.map(({ way, contact, addresses }) => [way, contact, addresses])).toEqual(
      Array.from({ length: 3 }, () => ['abuseipdb', 'AbuseIPDB', 1]),
    );
  });

  it('lets a quarter of an hour pass before it tells of an address again, and has one such wait', async () => {
    const stage = await scene();
    const reporter = begin(stage);
    await reporter.turn(NOON);
    for (const minute of [0, 1, 2, 20, 40]) {
      stage.record(banOf(7));
      await reporter.turn(NOON + minute * MINUTE);
    }
    expect(waitingIn(stage.ledger)).toEqual(['203.0.113.7 0', '203.0.113.7 16', '203.0.113.7 32', '203.0.113.7 48']);
  });

  it('waits a moment for whether anybody was blocked', async () => {
    const stage = await scene();
    const reporter = begin(stage);
    await reporter.turn(NOON);
    const [id = 0] = stage.record({ ...banOf(1), block: undefined });
    await reporter.turn(NOON);
    expect(waitingIn(stage.ledger)).toEqual([]);
    stage.ledger.begin();
    stage.ledger.block(id, { state: 'dry-run' });
    stage.ledger.commit();
    stage.record({ ...banOf(2), block: undefined });
    await reporter.turn(NOON + 1_000);
    expect(waitingIn(stage.ledger)).toEqual([]);
    await reporter.turn(NOON + 11_000);
    expect(waitingIn(stage.ledger)).toEqual([`203.0.113.2 ${11 / 60}`]);
  });

  it('tells nobody of what is left out, of history, and of more than a service could take', async () => {
    const stage = await scene();
    const reporter = begin(stage);
    await reporter.turn(NOON);
    stage.record(
      { subject: '192.0.2.9' },
      { ...banOf(1), origin: { scanner: 'Census' } },
      { ...banOf(2), ban: { reason: { rule: 'manual', by: 'root', why: '' } } },
      { ...banOf(3), ban: { from: NOON - 90_000_000 } },
    );
    while (await reporter.turn(NOON)) expect(waitingIn(stage.ledger)).toEqual([]);
    expect(waitingIn(stage.ledger)).toEqual([]);
    stage.ledger.begin();
    for (let i = 0; i < 4_999; i++) {
      stage.ledger.outbox.post({ key: `${i}`, channel: 'abuse:abuseipdb', made: NOON, due: NOON, content: '' });
    }
    stage.ledger.commit();
    stage.record(banOf(4), banOf(5));
    await reporter.turn(NOON);
    expect(stage.ledger.abuse.undelivered()).toHaveLength(1);
  });

  it('goes through many in steps', async () => {
    const stage = await scene();
    const reporter = begin(stage);
    await reporter.turn(NOON);
    stage.record(...Array.from({ length: 250 }, (_, i) => ({ subject: `198.51.${100 + (i >> 7)}.${i & 127}` })));
    const more = [await reporter.turn(NOON), await reporter.turn(NOON), await reporter.turn(NOON)];
    expect(more).toEqual([true, true, false]);
    expect(waitingIn(stage.ledger)).toHaveLength(250);
  });
});
