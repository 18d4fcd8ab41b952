/** Bans that another program decided are told apart, and asked for by exactly one subject. */
import { expect, it } from 'vitest';
import type { Reason } from '../model.ts';
import { ban, EVERYTHING, NOON, network, open, origin, record } from './testing/sample.ts';

const IMPORTED: Reason = { rule: 'imported', from: 'fail2ban-log', text: '\u0000 "5" failures' };

it('a ban tells whose decision it was, whatever was asked for', async () => {
  const ledger = await open();
  const id = record(ledger, () => ledger.ban(ban('203.0.113.7'), origin()));
  expect([...ledger.bans(EVERYTHING)].map(({ importedFrom }) => importedFrom)).toEqual([undefined]);
  const imported = record(ledger, () => ledger.ban(ban('203.0.113.7', { reason: IMPORTED }), origin()));
  const forms = (bans: Iterable<{ id: number; importedFrom?: string | undefined }>): unknown[] =>
    [...bans].map((each) => [each.id, each.importedFrom]);
  const expected = [
    [id, undefined],
    [imported, 'fail2ban-log'],
  ];
  expect(forms(ledger.bans(EVERYTHING))).toEqual(expected);
  expect(forms(ledger.bans({ ...EVERYTHING, host: ban().host }))).toEqual(expected);
  expect(forms(ledger.bansOf(network('203.0.113.0/24')))).toEqual(expected);
  expect(ledger.reasonOf(imported)).toEqual(IMPORTED);
});

it('bansExactly() and inForceExactly() know neither the network around nor what lies in it', async () => {
  const ledger = await open();
  const host = ban().host;
  const subjects = ['203.0.113.0/24', '203.0.113.7', '203.0.113.0/25', '203.0.113.7'];
  const ids = record(ledger, () =>
    subjects.map((subject) => ledger.ban(ban(subject, { from: NOON, until: NOON + 1_000 }), origin())),
  );
  expect([...ledger.bansExactly(network('203.0.113.7'))].map(({ id }) => id)).toEqual([ids[1], ids[3]]);
  expect(ledger.inForceExactly(network('203.0.113.7'), host, NOON)).toEqual([ids[1], ids[3]]);
  expect(ledger.inForceExactly(network('203.0.113.7'), host, NOON + 1_000)).toEqual([]);
  expect(ledger.inForceExactly(network('203.0.113.7'), 'another host', NOON)).toEqual([]);
  record(ledger, () => ledger.release('203.0.113.7', { host, at: NOON, why: '' }));
  expect(ledger.inForceExactly(network('203.0.113.7'), host, NOON)).toEqual([]);
  expect(ledger.inForceExactly(network('203.0.113.0/24'), host, NOON)).toEqual([ids[0]]);
});
