/** Who returns, and who slows down, from what the ledger holds. */
import { expect, it } from 'vitest';
import type { Reason } from '../../model.ts';
import { DAY, OCTOBER, tallyOf } from '../testing/records.ts';
import { evidenceLine, sheetBan } from '../testing/sheet.ts';
import { wordsOf } from '../words.ts';
import { Habits } from './habits.ts';

const HOUR = 3_600_000;
const SLOW: Reason = { rule: 'slow', score: 100, limit: 100, findTime: 14 * DAY, since: OCTOBER.from + 2 * DAY };

function banAt(id: number, from: number, length: number, reason?: Reason) {
  const ban = sheetBan(id, 'mail');
  return { ...ban, from, until: from + length, reason: reason ?? ban.reason };
}

it('tells who is banned again and again as soon as a ban ends', () => {
  const habits = new Habits();
  for (let n = 0; n < 4; n++) habits.addBan(banAt(n + 1, OCTOBER.from + n * 2 * HOUR, HOUR));
  expect(habits.sentences(wordsOf('en'))).toEqual([
    ['Returns', '203.0.113.40 was banned again 3 times on mail within a day of the end of a ban, the soonest after 1h'],
  ]);
  const rare = new Habits();
  for (let n = 0; n < 4; n++) rare.addBan(banAt(n + 1, OCTOBER.from + n * 3 * DAY, HOUR));
  expect(rare.sentences(wordsOf('en'))).toEqual([]);
});

it.each([
  ['was banned for it', SLOW],
  ['is still at it', undefined],
])('tells who slowed down after a ban, with the gap before and after, and %s', (_, reason) => {
  const habits = new Habits();
  habits.addBan(banAt(1, OCTOBER.from, HOUR));
  const nine = 9 * 60_000;
  if (reason) habits.addBan(banAt(2, OCTOBER.from + 2 * DAY + 99 * nine, DAY, reason));
  const tally = { ...tallyOf({}), address: '203.0.113.40', host: 'mail', day: OCTOBER.from / DAY + 2, count: 100 };
  habits.addTally({ ...tally, first: OCTOBER.from + 2 * DAY, last: OCTOBER.from + 2 * DAY + 99 * nine });
  for (let n = 0; n < 5; n++)
    habits.addEvidence({ ...evidenceLine(1, 'mail', 'root'), time: OCTOBER.from + n * 2_000 });
  expect(habits.sentences(wordsOf('en'))).toEqual([
    [
      'Adapted',
      '203.0.113.40 slowed down on mail: an attempt every 2s before its ban, every 9m after it; the limit is 5 in 10m',
    ],
  ]);
});

it('tells nothing of who goes on as before, or stops', () => {
  const habits = new Habits();
  habits.addBan(banAt(1, OCTOBER.from, HOUR));
  for (let n = 0; n < 5; n++)
    habits.addEvidence({ ...evidenceLine(1, 'mail', 'root'), time: OCTOBER.from + n * 2_000 });
  expect(habits.sentences(wordsOf('en'))).toEqual([]);
});
