import { expect, test } from 'vitest';
import { audit, makeReport } from '../report.ts';
import { banOf, DAY, evidenceOf, OCTOBER, optionsOf, originOf, recordsOf, tableOf } from '../testing/records.ts';

const ALPHA = '192.0.2.1';
const AT_HOME = originOf({ organization: 'Example Hosting', country: 'NL' });

test('stories() of one ban show its line once, with the first of them', () => {
  const bans = ['web1', 'mail'].map((host, i) =>
    banOf({ id: i + 1, subject: ALPHA, host, service: host, origin: AT_HOME, from: OCTOBER.from + i * DAY }),
  );
  const evidence = new Map([[2, [evidenceOf(ALPHA, { line: 'the line' })]]]);
  const report = makeReport(recordsOf({ bans, evidence }), optionsOf());
  expect(audit(report)).toEqual([]);
  const ofBan = tableOf(report, 'stories').rows.flatMap(({ cells }) => (cells.newest === 2 ? [cells.line] : []));
  expect(ofBan.length).toBeGreaterThan(1);
  expect(ofBan).toEqual(['the line', ...ofBan.slice(1).map(() => null)]);
});
