import { describe, expect, test } from 'vitest';
import { audit, makeReport } from '../report.ts';
import { banOf, cellsIn, evidenceOf, optionsOf, recordsOf, tableOf } from '../testing/records.ts';

describe('targets', () => {
  test('targets() counts lines of evidence by what they were aimed at, and leaves out those that do not say it', () => {
    const bans = [banOf({ id: 1 }), banOf({ id: 2, subject: '192.0.2.2' })];
    const line = (target: string | undefined) => evidenceOf('192.0.2.1', { target });
    const evidence = new Map([
      [1, [line('GET /.env HTTP/1.1'), line('GET /.env HTTP/1.1'), line(undefined)]],
      [
        2,
        [
          line('GET /caf\xc3\xa9 HTTP/1.1'),
          evidenceOf('192.0.2.1', { target: 'GET /.env HTTP/1.1', kind: 'web.probe.env' }),
        ],
      ],
    ]);
    const report = makeReport(recordsOf({ bans, evidence }), optionsOf());

    expect(audit(report)).toEqual([]);
    expect(cellsIn(tableOf(report, 'targets'), ['target', 'kind', 'lines'])).toEqual([
      ['GET /.env HTTP/1.1', 'web.probe.wordpress', 2],
      ['GET /.env HTTP/1.1', 'web.probe.env', 1],
      ['GET /café HTTP/1.1', 'web.probe.wordpress', 1],
      ['total', null, 4],
    ]);
  });
});
