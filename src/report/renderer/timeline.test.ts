/** A timeline is drawn as its table says: in a terminal and as SVG, whatever hosts are called and however narrow it is. */
import { expect, test } from 'vitest';
import { UTC } from '../../base/zone.ts';
import { drawingsOf, makeRapSheet, type Report, renderReport } from '../report.ts';
import { OCTOBER, tallyOf, textOf } from '../testing/records.ts';
import { sheetBan, sheetRecords, subjectOf } from '../testing/sheet.ts';

const DAY = 86_400_000;

function sheetWith(host: string): Report {
  const talliesOf = () =>
    [0, 4, 39].map((n) => {
      const time = OCTOBER.from + n * DAY;
      return tallyOf({
        address: '203.0.113.40',
        host,
        day: time / DAY,
        count: n === 4 ? 80 : 10,
        first: time,
        last: time,
      });
    });
  const ban = { ...sheetBan(1, host), service: 'web', from: OCTOBER.from + 4 * DAY };
  const records = { ...sheetRecords(), talliesOf, bansOf: () => [ban] };
  const subject = subjectOf('203.0.113.40');
  return makeRapSheet(records, { subject, top: 10, lines: 5, kinds: new Map(), language: 'en', zone: UTC });
}

function rendered(report: Report, width: number): readonly string[] {
  return textOf(renderReport(report, 'text', { width, color: false }), 'report.txt').split('\n');
}

test('in a terminal, a mark stands under the bar of its day', () => {
  const lines = rendered(sheetWith('web1'), 80);
  const at = lines.findIndex((line) => line.startsWith('web · web1'));

  expect(lines.slice(at, at + 3)).toEqual([
    'web · web1  attempts 100, bans 1',
    `    ▁···█${'·'.repeat(34)}▁`,
    '        ×',
  ]);
  expect(lines).toContain('A character is a day, █ is 80 attempts, × marks bans.');
});

test('where a terminal is narrower than the time, bars and marks are folded together', () => {
  const lines = rendered(sheetWith('web1'), 24);
  const at = lines.findIndex((line) => line.startsWith('    ▁'));

  expect(lines.slice(at, at + 4)).toEqual([`    ▁···█${'·'.repeat(15)}`, '        ×', `    ${'·'.repeat(19)}▁`, '']);
});

test.each(['wide', 'narrow'])(
  'as SVG, every day has a bar and those with bans a mark; a host’s name is text (%s)',
  (room) => {
    const report = sheetWith('<script>"&');
    const page = textOf(renderReport(report, 'html', { width: 80, color: false }), 'report.html');
    const svg = new RegExp(`<svg class="drawing ${room}"[\\s\\S]*?</svg>`).exec(page)?.[0] ?? '';

    expect(drawingsOf(report).map(({ figure }) => figure.type)).toEqual(['timeline']);
    expect(svg.match(/<rect class="s0" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="(?!10")[\d.]+"/g)).toHaveLength(3);
    expect(svg.match(/<g><title>/g)).toHaveLength(3);
    expect(svg.match(/<circle class="s1" cx="[\d.]+" cy="[\d.]+" r="[\d.]+"\/><\/g>/g)).toHaveLength(1);
    expect(svg).toContain('&#60;script&#62;&#34;&#38;');
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<script/);
  },
);
