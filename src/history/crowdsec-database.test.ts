/**
 * CrowdSec's database, with the columns that its versions 1.0 to 1.7 share, as its schema describes them; what a real one
 * holds is in test/import-crowdsec.test.ts.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { timeOf } from './crowdsec-database.ts';
import { bansIn, countsIn, crowdSec, importFiles, NOW, rowsIn, scratch } from './testing.ts';

it('decisions become bans from their overflow on, with what CrowdSec kept of the lines', async () => {
  const events = ['root', 'admin'].map((user) =>
    JSON.stringify([
      { key: 'source_ip', value: '203.0.113.7' },
      { key: 'target_user', value: user },
    ]),
  );
  const path = crowdSec(join(scratch(), 'crowdsec.db'), [
    { events },
    { scope: 'Range', value: '198.51.100.0/24', origin: 'cscli', scenario: 'too many of them' },
    { value: '2001:db8::7', scenario: 'me/my-own', stopped: null, until: null },
  ]);
  const { ledger } = await importFiles([path]);
  expect(rowsIn(ledger)).toEqual([
    ['203.0.113.7', 'crowdsecurity/ssh-bf', '2024-10-03T10:00:00Z', '2024-10-03T14:00:00Z', 0],
    ['198.51.100.0/24', 'manual', '2024-10-03T10:00:00Z', '2024-10-03T14:00:00Z', 0],
    ['2001:db8::7', 'me/my-own', '2024-10-03T10:00:01.123Z', '2024-10-03T10:10:01.123Z', 0],
  ]);
  expect(bansIn(ledger).map(({ kind }) => kind)).toEqual(['ssh.login', 'manual', 'other.my-own']);
  expect([1, 2, 3].map((id) => ledger.reasonOf(id))).toMatchObject([
    { rule: 'imported', from: 'crowdsec-db', text: '6 events' },
    { text: 'too many of them' },
    { text: '' },
  ]);
  const evidence = ledger
    .evidenceOf(1)
    .map(({ line, user, count, path: file, filter }) => [line, user, count, file, filter]);
  expect(evidence).toEqual([
    [events[0], 'root', 5, path, 'crowdsec'],
    [events[1], 'admin', 1, path, 'crowdsec'],
  ]);
  expect(countsIn(ledger)).toEqual([['203.0.113.7', 'ssh.login', 6]]);
  expect(ledger.usersNamed('admin')).toHaveLength(1);
});

it('lists of others, other remedies, other scopes and simulations are left out and counted', async () => {
  const path = crowdSec(join(scratch(), 'crowdsec.db'), [
    { origin: 'CAPI', value: '198.51.100.1' },
    { origin: 'lists:firehol', value: '198.51.100.2', stopped: null },
    { origin: 'cscli-import', value: '198.51.100.3' },
    { type: 'captcha' },
    { scope: 'Country', value: 'CH' },
    { scope: 'AS', value: '64500' },
    { simulated: 1 },
    { value: 'not an address' },
    { value: '198.51.100.4', created: 'yesterday', stopped: 'then' },
    { value: '198.51.100.5', created: new Date(NOW + 3_600_000).toISOString(), stopped: null },
  ]);
  const { ledger, outcome } = await importFiles([path]);
  expect(bansIn(ledger)).toEqual([]);
  const left = outcome.sources[0]?.leftOut.map(({ why, count }) => [why, count]);
  expect(left).toEqual([
    ['origin', 3],
    ['remedy', 1],
    ['scope', 2],
    ['simulated', 1],
    ['address', 1],
    ['time', 1],
    ['future', 1],
  ]);
  const asked = await importFiles([path], { decisionOrigins: new Set(['capi', 'lists']) });
  expect(
    bansIn(asked.ledger)
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(['198.51.100.1', '198.51.100.2']);
});

it('a decision that somebody deleted ends then, though its version says that it began then', async () => {
  const deleted = '2024-10-03 10:30:00.5+00:00';
  const path = crowdSec(join(scratch(), 'crowdsec.db'), [{ created: deleted, until: deleted }]);
  const { ledger } = await importFiles([path]);
  expect(rowsIn(ledger)).toMatchObject([expect.arrayContaining(['2024-10-03T10:00:00Z', '2024-10-03T10:30:00.500Z'])]);
});

it('two scenarios that saw the same events count them once', async () => {
  const path = crowdSec(join(scratch(), 'crowdsec.db'), [{}, { scenario: 'crowdsecurity/ssh-bf_user-enum' }]);
  const { ledger } = await importFiles([path]);
  expect(bansIn(ledger)).toHaveLength(2);
  expect(countsIn(ledger)).toEqual([['203.0.113.7', 'ssh.login', 6]]);
});

it('hostile events are evidence as they are, and nothing else', async () => {
  const events = ['\u001b[2J<script>', '[{"key": 1}]', '[]', Buffer.from([0, 0xff]), null, 'x'.repeat(70_000)];
  const { ledger } = await importFiles([crowdSec(join(scratch(), 'crowdsec.db'), [{ events: events.slice(0, 4) }])]);
  expect(ledger.evidenceOf(1).map(({ line, user }) => [line, user])).toEqual([
    ['\u001b[2J<script>', undefined],
    ['[{"key": 1}]', undefined],
    ['[]', undefined],
    ['\0\xff', undefined],
  ]);
});

it('its database twice adds nothing twice', async () => {
  const folder = scratch();
  const path = crowdSec(join(folder, 'crowdsec.db'), [{}, { value: '198.51.100.9' }]);
  const ledgerPath = join(folder, 'ledger.db');
  await importFiles([path], { ledgerPath });
  const { ledger, outcome } = await importFiles([path], { ledgerPath });
  expect(outcome.sources).toMatchObject([{ fresh: 0, known: 2 }]);
  expect(bansIn(ledger)).toHaveLength(2);
});

it.each([
  ['2024-10-03 10:00:00.123456789+00:00', '2024-10-03T10:00:00.123Z'],
  ['2024-10-03 10:00:00+00:00', '2024-10-03T10:00:00.000Z'],
  ['2024-10-03T10:00:00Z', '2024-10-03T10:00:00.000Z'],
  ['2024-10-03 12:00:00.5 +0200 CEST', '2024-10-03T10:00:00.500Z'],
  ['2024-10-03 10:00:00 +0000 UTC', '2024-10-03T10:00:00.000Z'],
  ['2024-10-03 10:00:00', '2024-10-03T10:00:00.000Z'],
  ['2024-13-03 10:00:00+00:00', undefined],
  ['10:00', undefined],
  ['', undefined],
])('the time %s is read as Go writes it', (text, expected) => {
  const time = timeOf(text);
  expect(Number.isNaN(time) ? undefined : new Date(time).toISOString()).toBe(expected);
});
