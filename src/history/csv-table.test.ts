/** Tables of bans: columns by their names, times and lengths as people write them, and an error for each bad line. */
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { UTC, zoneOf } from '../base/zone.ts';
import { isTable } from './csv-table.ts';
import { bansIn, countsIn, importFiles, iso, problemsIn, put, rowsIn, scratch } from './testing.ts';

const IP = '203.0.113.7';

it('a table becomes bans, by the names of its columns', async () => {
  const text = `jail,IP Address,From,Duration,Reason,failures,kind
sshd,203.0.113.7,2024-10-03 10:00:00,600,"tried, and ""failed""",5,
crowdsecurity/http-probing,2001:db8::7,2024-10-03T12:00:00+02:00,1h 30m,,3,
,198.51.100.0/24,1727949600,permanent,by hand,,scan.port
`;
  const { ledger, outcome } = await importFiles([put(scratch(), 'bans.csv', text)]);
  expect(rowsIn(ledger)).toEqual([
    ['203.0.113.7', 'sshd', '2024-10-03T10:00:00Z', '2024-10-03T10:10:00Z', 0],
    ['2001:db8::7', 'crowdsecurity/http-probing', '2024-10-03T10:00:00Z', '2024-10-03T11:30:00Z', 0],
    ['198.51.100.0/24', 'unknown', '2024-10-03T10:00:00Z', 'for good', 0],
  ]);
  expect(bansIn(ledger).map(({ kind, service }) => [kind, service])).toEqual([
    ['ssh.login', 'ssh'],
    ['web.probe', 'web'],
    ['scan.port', 'scan'],
  ]);
  expect(ledger.reasonOf(1)).toEqual({ rule: 'imported', from: 'csv', text: 'tried, and "failed"' });
  expect(countsIn(ledger)).toEqual([
    ['203.0.113.7', 'ssh.login', 5],
    ['2001:db8::7', 'web.probe', 3],
  ]);
  expect(outcome.jails.map(({ jail, kind }) => [jail, kind])).toContainEqual(['unknown', 'scan.port']);
});

it.each([
  ['2024-10-03 10:00:00', '2024-10-03T08:00:00Z'],
  ['2024-10-03T10:00:00', '2024-10-03T08:00:00Z'],
  ['2024-10-03 10:00', '2024-10-03T08:00:00Z'],
  ['2024-10-03', '2024-10-02T22:00:00Z'],
  ['2024-10-03T10:00:00Z', '2024-10-03T10:00:00Z'],
  ['2024-10-03 10:00:00.123 +0200', '2024-10-03T08:00:00.123Z'],
  ['2024-10-03 10:00:00 UTC', '2024-10-03T10:00:00Z'],
  ['1727949600', '2024-10-03T10:00:00Z'],
  ['1727949600.5', '2024-10-03T10:00:00.500Z'],
  ['1727949600123', '2024-10-03T10:00:00.123Z'],
])('the time %s is understood, in the zone of the log', async (time, expected) => {
  const path = put(scratch(), 'bans.csv', `address,time\n203.0.113.7,${time}\n`);
  const { ledger } = await importFiles([path], { zone: zoneOf('Europe/Zurich') ?? UTC });
  expect(bansIn(ledger).map(({ from }) => iso(from))).toEqual([expected]);
});

it('each bad line is told with its number and its mistake, and all others are imported', async () => {
  const text = `address,time,until,duration,failures,kind
203.0.113.7,2024-10-03 10:00:00,,,,
nobody,2024-10-03 10:00:00,,,,
203.0.113.8,yesterday,,,,
203.0.113.8,2024-13-03 10:00:00,,,,
203.0.113.8,2031-10-03 10:00:00,,,,
203.0.113.8,1971-10-03 10:00:00,,,,
203.0.113.8,2024-10-03 10:00:00,2024-10-03 09:00:00,,,
203.0.113.8,2024-10-03 10:00:00,,soon,,
203.0.113.8,2024-10-03 10:00:00,,,many,
203.0.113.8,2024-10-03 10:00:00,,,,Bad Kind
"203.0.113.8,2024-10-03 10:00:00
203.0.113.9
203.0.113.10,2024-10-03 10:00:00,,600`;
  const path = put(scratch(), 'bans.csv', text);
  const { outcome, ledger } = await importFiles([path]);
  expect(bansIn(ledger).map(({ subject }) => subject)).toEqual(['203.0.113.7', '203.0.113.10']);
  const told = outcome.sources[0]?.leftOut[0];
  expect(told).toMatchObject({ why: 'line', count: 11 });
  const problems = await problemsIn([path]);
  expect(problems.map((problem) => problem.slice(path.length + 1))).toEqual([
    '3: "nobody" is not an address that can be banned',
    '4: "yesterday" is not a time (write 2024-10-03 12:00:00, 2024-10-03T12:00:00+02:00 or seconds since 1970)',
    '5: "2024-13-03 10:00:00" is not a time (write 2024-10-03 12:00:00, 2024-10-03T12:00:00+02:00 or seconds since 1970)',
    '6: "2031-10-03 10:00:00" is in the future',
    '7: "1971-10-03 10:00:00" is too long ago',
    '8: it ends at 2024-10-03 09:00:00, before it begins',
    '9: "soon" is not a duration (seconds, or like 10m, 1h 30m, 7d)',
    '10: "many" is not a number of failures',
    '11: there is no kind "Bad Kind" (docs/kinds.md)',
    '12: a quote that is never closed',
    '13: "" is not a time (write 2024-10-03 12:00:00, 2024-10-03T12:00:00+02:00 or seconds since 1970)',
  ]);
});

it('spreadsheets of Windows, and packed tables, are read alike', async () => {
  const text = '\ufeffip;from;jail\r\n203.0.113.7;2024-10-03 10:00:00;"sshd"\r\n';
  const plain = put(scratch(), 'plain.csv', text);
  const packed = put(scratch(), 'packed.csv.gz', gzipSync(text));
  for (const path of [plain, packed]) {
    const { ledger } = await importFiles([path]);
    expect(rowsIn(ledger)).toEqual([['203.0.113.7', 'sshd', '2024-10-03T10:00:00Z', '2024-10-03T10:10:00Z', 0]]);
  }
});

it.each([
  ['', 'this is no table of bans: it is empty'],
  ['a,b\n1,2\n', 'no column is called address, ip, ip_address or the like'],
  ['adress,time\n203.0.113.7,1727949600\n', 'did you mean "address"?'],
  ['address,tme\n203.0.113.7,1727949600\n', 'no column is called time, from, since or the like; did you mean "time"?'],
])('a table with %j is none, and that is told', async (text, words) => {
  const path = put(scratch(), 'bans.csv', text);
  await expect(importFiles([path], { form: 'csv' })).rejects.toThrow(words);
});

it('a table that ends in the middle of a row is told so, and no half of a row is a ban', async () => {
  const text = `address,time,until,jail\n${IP},2024-10-03 10:00:00,,\n198.51.100.1,2024-10-03 10:00`;
  const path = put(scratch(), 'bans.csv', text);
  const { ledger, problems } = await importFiles([path]);
  expect(bansIn(ledger).map(({ subject }) => subject)).toEqual([IP]);
  expect(problems).toEqual([{ where: `${path}:3`, what: 'the file ends in the middle of this row' }]);
  expect(await problemsIn([put(scratch(), 'bans.csv', `${text}\n`)])).toEqual([]);
});

it('a packed table that ends too early changes nothing', async () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => `198.51.${n >> 8}.${n & 255},${1_700_000_000 + n * 7919}\n`);
  const packed = gzipSync(`address,time\n${rows.join('')}`);
  const path = put(scratch(), 'bans.csv.gz', packed.subarray(0, packed.length / 2));
  await expect(importFiles([path], { form: 'csv' })).rejects.toThrow(
    /bans\.csv\.gz: the gzip data is damaged: it ends too early \(nothing was imported\)/,
  );
});

it.each([
  [true, 'address,time\n'],
  [true, '"IP";"From"\r\n'],
  [true, 'id\tip\tbanned_at'],
  [false, 'address,size\n'],
  [false, 'some text, with time\nand address'],
  [false, ''],
])('a table is known by its first row (%s)', (is, head) => {
  expect(isTable(head)).toBe(is);
});
