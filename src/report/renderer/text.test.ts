import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rulerOf } from '../../base/width.ts';
import type { Report, Terminal } from '../report.ts';
import { makeReport, renderReport } from '../report.ts';
import { articleMonth } from '../testing/article.ts';
import { HOSTILE, ledgers } from '../testing/random.ts';
import { optionsOf, recordsOf, textOf, userOf } from '../testing/records.ts';

const KINDS = new Map([
  ['mail.auth.imap', { sentence: 'tried to log in by IMAP and failed' }],
  ['web.probe.wordpress', { sentence: 'probed for WordPress' }],
]);
const month = makeReport(recordsOf(articleMonth()), optionsOf({ kinds: KINDS }));

function drawn(report: Report, terminal: Partial<Terminal> = {}): string {
  return textOf(renderReport(report, 'text', { width: 80, color: false, ...terminal }), 'report.txt');
}

/** The part of a text that one table takes, without the blank lines around it. */
function section(text: string, title: string): string[] {
  const [, rest = ''] = text.split(`\n\n\n${title}\n`);
  return (rest.split('\n\n\n')[0] ?? '').trimEnd().split('\n');
}

describe('renderText', () => {
  test('renderText() draws a ranking with ties, bars and a total in 80 columns', () => {
    expect(section(drawn(month), 'Countries: mail')).toEqual([
      'Base: unique addresses banned under mail.',
      '',
      '                          Unique',
      'Rank  Country          addresses  Percent',
      '─────────────────────────────────────────',
      '  1   United States           77    40.5%  ████████████████████████',
      '  2   Germany                 34    17.9%  ██████████▋',
      '  3   Netherlands             24    12.6%  ███████▌',
      '  4   Hong Kong               15     7.9%  ████▋',
      '  5=  Türkiye                  7     3.7%  ██▏',
      '  5=  United Kingdom           7     3.7%  ██▏',
      '      other countries         26    13.7%',
      '─────────────────────────────────────────',
      '      total                  190   100.0%',
      '',
      '= marks a tie. There are 6 other countries.',
    ]);
  });

  test('renderText() folds sentences and leaves out columns where there is no room', () => {
    const lines = section(drawn(month), 'Kinds of attack');

    expect(lines.slice(2, 6)).toEqual([
      '                                                                   Unique',
      'Kind                  What they did                   Attempts  addresses   Bans',
      '────────────────────────────────────────────────────────────────────────────────',
      'web.probe.wordpress   probed for WordPress               9,120         40  1,222',
    ]);
    expect(lines.slice(7, 9)).toEqual([
      'mail.auth.imap        tried to log in by IMAP and          640         40    442',
      '                      failed',
    ]);
  });

  test('renderText() fits the 48 columns of a phone with the figures that matter', () => {
    expect(section(drawn(month, { width: 48 }), 'Repeat offenders').slice(2, 6)).toEqual([
      'Rank  Address             Bans  Country',
      '───────────────────────────────────────────',
      '  1   203.0.113.40          17  Netherlands',
      '  2=  203.0.113.100          4  Netherlands',
    ]);
    expect(section(drawn(month, { width: 48 }), 'Organizations').slice(2, 7)).toEqual([
      '                                 Unique',
      'Rank  Organization            addresses  Percent',
      '────────────────────────────────────────────────',
      '  1   Microsoft Corporation         126    14.2%',
      '  2   DigitalOcean, LLC             109    12.3%',
    ]);
  });

  test('renderText() has the column that the note below calculates with, however little room there is', () => {
    for (const width of [48, 60, 100]) {
      const lines = section(drawn(month, { width }), 'Totals');
      const text = lines.join(' ').replaceAll(/\s+/g, ' ');
      const sums = [...text.matchAll(/\((\d+) − (\d+)\)/g)];

      expect(sums).toHaveLength(3);
      for (const [, addresses, shared] of sums) expect(text).toMatch(new RegExp(` ${addresses} ${shared} `));
    }
  });

  test.each([48, 80, 132])('renderText() keeps every line of the month within %d columns', (width) => {
    const ruler = rulerOf('en');
    for (const line of drawn(month, { width }).split('\n')) expect(ruler.width(line), line).toBeLessThanOrEqual(width);
  });

  test('renderText() draws the days at a glance, where they fit a line', () => {
    const [bans = '', attempts = '', blank] = section(drawn(month), 'Days').slice(2);

    expect(bans).toMatch(/^Bans {6}[·▁▂▃▄▅▆▇█]{31}$/u);
    expect(attempts).toMatch(/^Attempts {2}[·▁▂▃▄▅▆▇█]{31}$/u);
    expect(attempts).toContain('█');
    expect(blank).toBe('');
    expect(section(drawn(month, { width: 40 }), 'Days')[2]).not.toMatch(/[·▁▂▃▄▅▆▇█]/u);
  });

  test('renderText() uses color only when asked, and closes it on each line', () => {
    expect(drawn(month)).not.toContain('\u001b');

    for (const line of drawn(month, { color: true }).split('\n')) {
      expect(line.match(/\u001b\[[126]/g)?.length ?? 0).toBeLessThanOrEqual(line.split('\u001b[0m').length);
    }
    expect(drawn(month, { color: true }).replace(/\u001b\[\d+m/g, '')).toBe(drawn(month));
  });

  test('renderText() writes numbers and names of countries in the language of the report', () => {
    const german = drawn(makeReport(recordsOf(articleMonth()), optionsOf({ language: 'de' })));

    expect(german).toContain('Vereinigte Staaten');
    expect(german).toContain('1.698');
  });

  test('renderText() shows hostile names as they are spelled and lets none of them act', () => {
    const users = HOSTILE.map((user) => userOf({ user }));
    const text = drawn(makeReport(recordsOf({ users }), optionsOf({ top: 'all' })));

    expect(text).toContain('\\x1b[2J\\x1b]0;title\\x07');
    expect(text).toContain('(empty)');
  });

  test('renderText() lets no control or invisible character of any ledger through', () => {
    fc.assert(
      fc.property(ledgers, fc.constantFrom(48, 80, 200), (list, width) => {
        const text = drawn(makeReport(recordsOf(list), optionsOf({ top: 'all', topByService: 'all' })), { width });

        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\ufeff]/);
      }),
      { numRuns: 40 },
    );
  });
});
