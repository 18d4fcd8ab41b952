import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../base/problem.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { record } from '../record.ts';
import { answered, approve, currentOf, draftAt, drop, refreshDrafts, settleDelivered, stateOf } from './queue.ts';
import { NOON, type Scene, scene, TODAY } from './testing/scene.ts';
import { mailFrom } from './told.ts';

const ONE = { subject: '203.0.113.7', contact: 'abuse@example.net', holder: 'Example B.V.' };

async function drafted(): Promise<{ readonly stage: Scene; readonly id: number }> {
  const stage = await scene();
  stage.record(ONE);
  await stage.refresh();
  return { stage, id: currentOf(stage.ledger.abuse.ofDays(TODAY, TODAY))[0]?.id ?? 0 };
}

function statesOf(ledger: Ledger): string[] {
  return currentOf(ledger.abuse.ofDays(0, TODAY + 9)).map(
    (report) => `${report.id} ${report.contact} ${stateOf(report)}`,
  );
}

const messagesIn = (ledger: Ledger) => ledger.outbox.list('waiting', 1_000);

describe('drafts', () => {
  it('are one a contact and day, whoever was banned when, and nothing of them goes out', async () => {
    const bans = fc.array(
      fc.record({
        subject: fc.integer({ min: 1, max: 9 }).map((n) => `203.0.113.${n}`),
        contact: fc.constantFrom('a@example.net', 'A@Example.net', 'b@example.org', undefined),
        day: fc.integer({ min: 0, max: 2 }),
      }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(bans, async (list) => {
        const stage = await scene();
        // Some are known before the first look, the others after it.
        for (const half of [list.slice(0, 15), list.slice(15)]) {
          stage.record(...half.map(({ day, ...ban }) => ({ ...ban, ban: { from: NOON - day * 86_400_000 } })));
          for (const day of [0, 1, 2]) await stage.refresh([], TODAY - day);
        }
        const { abuse } = stage.ledger;
        const reports = currentOf(abuse.ofDays(0, TODAY));
        const keys = reports.map(({ contact, day }) => `${contact} ${TODAY - day}`);
        const known = new Map<string, string>();
        for (const { subject, contact, day } of list) {
          const key = `${subject} ${day}`;
          if (contact !== undefined && !known.has(key)) known.set(key, contact.toLowerCase());
        }
        const wanted = new Set([...known].map(([key, contact]) => `${contact} ${key.split(' ')[1]}`));
        expect(keys.sort()).toEqual([...wanted].sort());
        expect(messagesIn(stage.ledger)).toEqual([]);
        stage.ledger.close();
      }),
      { numRuns: 25 },
    );
  });

  it('stay the same drafts while nothing more is known, and are replaced when there is', async () => {
    const { stage, id } = await drafted();
    expect([await stage.refresh(), statesOf(stage.ledger)]).toEqual([0, [`${id} abuse@example.net draft`]]);
    stage.record({ ...ONE, subject: '203.0.113.8' });
    expect([await stage.refresh(), statesOf(stage.ledger)]).toEqual([1, [`${id + 1} abuse@example.net draft`]]);
    expect(() => record(stage.ledger, 'power', () => approve(stage.ledger, id, NOON))).toThrow(
      `report ${id} was replaced by ${id + 1}`,
    );
    expect(messagesIn(stage.ledger)).toEqual([]);
  });

  it('are dropped where nothing is left of them, and stay where nobody drafts', async () => {
    const { stage, id } = await drafted();
    refreshDrafts(stage.ledger, { day: TODAY, drafts: [], ways: ['abuseipdb'], now: NOON });
    expect(statesOf(stage.ledger)).toEqual([`${id} abuse@example.net draft`]);
    refreshDrafts(stage.ledger, { day: TODAY, drafts: [], ways: ['mail'], now: NOON });
    expect(statesOf(stage.ledger)).toEqual([`${id} abuse@example.net dropped`]);
  });

  it.each(['approve', 'drop'] as const)('come never again for a contact and day after %s', async (verb) => {
    const { stage, id } = await drafted();
    record(stage.ledger, 'power', () => (verb === 'approve' ? approve : drop)(stage.ledger, id, NOON));
    stage.record({ ...ONE, subject: '203.0.113.8' });
    expect(await stage.refresh()).toBe(0);
    expect(statesOf(stage.ledger)).toHaveLength(1);
    for (const again of [approve, drop]) {
      expect(() => record(stage.ledger, 'power', () => again(stage.ledger, id, NOON))).toThrow(/is no draft any more/);
    }
    expect(messagesIn(stage.ledger)).toHaveLength(verb === 'approve' ? 1 : 0);
  });
});

describe('what is approved', () => {
  it('waits in the outbox as it was shown', async () => {
    const { stage, id } = await drafted();
    const { content } = draftAt(stage.ledger, id);
    record(stage.ledger, 'power', () => approve(stage.ledger, id, NOON + 5));
    const [message, ...more] = messagesIn(stage.ledger);
    expect([message?.channel, message?.key, message?.due, more]).toEqual(['abuse:mail', `abuse ${id}`, NOON + 5, []]);
    if (content.way !== 'mail') throw new Error('it is no mail');
    expect(mailFrom(message?.content ?? '')).toEqual({ way: 'mail', made: NOON + 5, ...content.letter });
    expect(statesOf(stage.ledger)).toEqual([`${id} abuse@example.net approved`]);
  });

  it('is all or nothing', async () => {
    const { stage, id } = await drafted();
    const both = () =>
      record(stage.ledger, 'power', () => {
        approve(stage.ledger, id, NOON);
        approve(stage.ledger, 4_711, NOON);
      });
    expect(both).toThrow(
      expect.objectContaining({ status: EXIT.usage, message: expect.stringMatching('no report 4711') }),
    );
    expect([messagesIn(stage.ledger), statesOf(stage.ledger)]).toEqual([[], [`${id} abuse@example.net draft`]]);
  });

  it('is sent, or given up and then sent, as the outbox says; and answered by a person', async () => {
    const { stage, id } = await drafted();
    const { ledger } = stage;
    record(ledger, 'power', () => approve(ledger, id, NOON));
    const [message] = messagesIn(ledger);
    const end = (outcome: Parameters<Ledger['outbox']['ended']>[1]) =>
      record(ledger, 'power', () => ledger.outbox.ended(message?.id ?? 0, outcome));
    expect(settleDelivered(ledger, NOON)).toBe(0);
    end({ state: 'dead', at: NOON, error: '550 no such user' });
    expect([settleDelivered(ledger, NOON), settleDelivered(ledger, NOON)]).toEqual([1, 0]);
    record(ledger, 'power', () => ledger.outbox.revive('all', NOON));
    expect(settleDelivered(ledger, NOON)).toBe(0);
    end({ state: 'sent', at: NOON });
    expect(settleDelivered(ledger, NOON + 1)).toBe(1);
    record(ledger, 'power', () => answered(ledger, id, { state: 'answered', note: 'thanks', now: NOON + 2 }));
    expect(ledger.abuse.report(id)?.steps.map(({ state, note }) => [state, note])).toEqual([
      ['approved', ''],
      ['failed', '550 no such user'],
      ['sent', ''],
      ['answered', 'thanks'],
    ]);
    expect(settleDelivered(ledger, NOON + 3)).toBe(0);
  });

  it('cannot be answered before it went out', async () => {
    const { stage, id } = await drafted();
    const answer = () => answered(stage.ledger, id, { state: 'bounced', note: '', now: NOON });
    expect(() => record(stage.ledger, 'power', answer)).toThrow(/never went out: it is draft/);
  });
});

describe('reports to services', () => {
  it('are one draft a service and day, and a message an address, a quarter of an hour after the last', async () => {
    const stage = await scene();
    stage.record(ONE, { subject: '203.0.113.8', ban: { kind: 'mail.relay' }, evidence: [{ kind: 'mail.relay' }] });
    await stage.refresh(['abuseipdb', 'blocklist.de']);
    const { ledger } = stage;
    const ids = currentOf(ledger.abuse.ofDays(TODAY, TODAY))
      .filter(({ way }) => way === 'abuseipdb')
      .map(({ id }) => id);
    expect(ids).toHaveLength(1);
    record(ledger, 'power', () => approve(ledger, ids[0] ?? 0, NOON));
    stage.record({ ...ONE, ban: { from: NOON - 86_400_000 } });
    await stage.refresh(['abuseipdb'], TODAY - 1);
    const [before] = ledger.abuse.ofDays(TODAY - 1, TODAY - 1).filter(({ way }) => way === 'abuseipdb');
    record(ledger, 'power', () => approve(ledger, before?.id ?? 0, NOON + 60_000));
    const told = messagesIn(ledger).map(({ channel, key, due }) => [channel, key, due - NOON]);
    expect(told.sort()).toEqual(
      [
        ['abuse:abuseipdb', `abuse ${before?.id} 203.0.113.7`, 16 * 60_000],
        ['abuse:abuseipdb', `abuse ${ids[0]} 203.0.113.7`, 0],
        ['abuse:abuseipdb', `abuse ${ids[0]} 203.0.113.8`, 0],
      ].sort(),
    );
  });
});
