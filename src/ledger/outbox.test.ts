import { expect, it } from 'vitest';
import { NOON, open } from './testing/sample.ts';

it('a message is posted once for each channel, sent when it is due, and kept until it is forgotten', async () => {
  const ledger = await open();
  ledger.begin();
  const message = { key: 'ban 1', channel: 'mail', made: NOON, due: NOON + 10, content: '{"ä":1}' };
  expect(ledger.outbox.post(message)).toBe(true);
  expect(ledger.outbox.post({ ...message, content: 'another' })).toBe(false);
  expect(ledger.outbox.post({ ...message, channel: 'chat', due: NOON })).toBe(true);
  expect(ledger.outbox.due('mail', NOON, 10)).toEqual([]);
  const [due] = ledger.outbox.due('mail', NOON + 10, 10);
  expect(due).toEqual({ ...message, id: 1, tries: 0, state: 'waiting', ended: undefined, error: undefined });
  ledger.outbox.began(1);
  expect(ledger.outbox.due('mail', NOON + 10, 10)).toMatchObject([{ id: 1, state: 'sending', tries: 1 }]);
  ledger.outbox.ended(1, { state: 'waiting', due: NOON + 50, error: 'no answer', content: '{"ö":2}' });
  expect(ledger.outbox.due('mail', NOON + 50, 10)).toMatchObject([{ content: '{"ö":2}' }]);
  ledger.outbox.ended(1, { state: 'waiting', due: NOON + 60, error: 'no answer' });
  expect(ledger.outbox.due('mail', NOON + 59, 10)).toEqual([]);
  ledger.outbox.began(1);
  ledger.outbox.ended(1, { state: 'dead', at: NOON + 61, error: 'refused' });
  expect(ledger.outbox.list('dead', 10)).toMatchObject([
    { id: 1, error: 'refused', content: '{"ö":2}', tries: 2, ended: NOON + 61 },
  ]);
  expect(ledger.outbox.revive('all', NOON + 70)).toBe(1);
  ledger.outbox.began(1);
  ledger.outbox.ended(1, { state: 'sent', at: NOON + 80 });
  expect(ledger.outbox.counts()).toEqual({ waiting: 1, sending: 0, sent: 1, dead: 0 });
  expect(ledger.outbox.sentBetween('mail', NOON + 79, NOON + 80)).toBe(1);
  expect(ledger.outbox.sentBetween('mail', NOON + 80, NOON + 90)).toBe(0);
  expect(ledger.outbox.sentBetween('chat', 0, NOON + 90)).toBe(0);
  expect(ledger.outbox.backlogs()).toEqual([{ channel: 'chat', waiting: 1, dead: 0, since: NOON }]);
  ledger.outbox.forget(NOON + 81);
  expect(ledger.outbox.counts()).toEqual({ waiting: 1, sending: 0, sent: 0, dead: 0 });
  ledger.commit();
  ledger.close();
});

it('what is posted and rolled back is gone with what it told of', async () => {
  const ledger = await open();
  ledger.begin();
  ledger.outbox.post({ key: 'k', channel: 'mail', made: NOON, due: NOON, content: '' });
  ledger.rollback();
  expect(ledger.outbox.counts().waiting).toBe(0);
  ledger.close();
});
