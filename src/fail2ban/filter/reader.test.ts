/** A reader that leaves lines out finds what filters find that are given every line. */
import { describe, expect, it } from 'vitest';
import { UTC } from '../../base/zone.ts';
import { diskTree } from '../config/file-tree.ts';
import { readFilter } from '../config/filter-file.ts';
import { type FilterRecord, oracleRecords, oracleTitle } from '../testing/oracle.ts';
import { FROZEN_SECONDS, INSTALLED, installedVersion, sampleLines } from '../testing/original.ts';
import { byReader, differences, everyLine, type Make, making } from '../testing/reading.ts';
import { FilterError } from './filter.ts';
import { LINE_BYTES_MAX, LineReader } from './reader.ts';

const NOW = FROZEN_SECONDS * 1_000;

const sshd = making({
  prefRegex: '^\\s*\\S+ sshd<F-MLFID>\\[\\d+\\]</F-MLFID>: <F-CONTENT>.+</F-CONTENT>$',
  failRegex: ['^Failed \\S+ for <F-USER>\\S+</F-USER> from <HOST>', '^<F-NOFAIL>Accepted</F-NOFAIL> .* from <HOST>'],
});
const date = (second: number): string => `2005-08-14 11:${String(Math.floor(second / 60)).padStart(2, '0')}:00`;
const filler = Array.from({ length: 400 }, (_, i) => `${date(i)} host cron[1]: nothing`);

describe('a reader', () => {
  it('takes the time of the line before for one without a date, though it left that out', () => {
    const lines = [
      ...filler.slice(0, 150),
      `${date(200)} host cron[1]: the last date`,
      'no date at all',
      ' host sshd[7]: Failed password for root from 192.0.2.1',
      ...filler.slice(0, 20),
      ' host sshd[8]: Failed password for root from 192.0.2.2',
    ];
    for (const size of [1, 7, 1_000]) {
      expect(byReader([sshd], lines, size, Date.UTC(2005, 7, 14, 9))).toEqual(
        everyLine([sshd], lines, Date.UTC(2005, 7, 14, 9)),
      );
    }
    expect(everyLine([sshd], lines).length).toBe(2);
  });

  it('reads what is not ASCII as the original does, and counts what is too long', () => {
    const reader = new LineReader([sshd()]);
    const line = (user: string): string => `${date(0)} host sshd[7]: Failed password for ${user} from 192.0.2.1\r\r\n`;
    const bad = Buffer.from(line('r\xff\xc3'), 'latin1');
    const long = Buffer.from(line('x'.repeat(LINE_BYTES_MAX)));
    const found = reader.read({ bytes: Buffer.concat([Buffer.from(line('Zoë')), bad, long]), offset: 100 }, NOW);
    expect(found.map(({ failure }) => failure.users)).toEqual([['Zoë'], ['Zoë', 'r\ufffd\ufffd']]);
    expect(found[0]?.line.endsWith('192.0.2.1\r\r')).toBe(true);
    expect(found[1]).toMatchObject({ filter: 0, offset: 100 + Buffer.byteLength(line('Zoë')) });
    expect([reader.lines, reader.oversize]).toEqual([3, 1]);
  });

  it('gives a filter that looks at lines together all of them, and one without a literal', () => {
    const together = making({ failRegex: ['^ a: user \\S+<SKIPLINES> b: failed from <HOST>'], maxLines: 3 });
    const short = making({ failRegex: ['^ no <HOST>$'] });
    const lines = [' a: user x', ' c: else', ' b: failed from 192.0.2.1', ' no 192.0.2.2'].map(
      (text) => date(0) + text,
    );
    expect(byReader([together, short], lines, 2)).toEqual(everyLine([together, short], lines));
    expect(everyLine([together, short], lines).length).toBe(2);
  });

  it('decodes as it is told', () => {
    const line = `${date(0)} host sshd[7]: Failed password for Zo\xeb from 192.0.2.1\n`;
    const [found] = new LineReader([sshd()], { encoding: 'latin1' }).read(
      { bytes: Buffer.from(line, 'latin1'), offset: 0 },
      NOW,
    );
    expect(found?.failure.users).toEqual(['Zoë']);
    expect(() => new LineReader([], { encoding: 'none' })).toThrow(RangeError);
  });

  it('tells which expression gave up', () => {
    const reader = new LineReader([making({ failRegex: ['^ (?:(a|aa)+b)?(?:a|aa)+\\1 closing <ADDR>$'] })()]);
    reader.read({ bytes: Buffer.from(`${date(0)} ${'a'.repeat(60)} closing 192.0.2.1\n`), offset: 0 }, NOW);
    expect([...reader.exhausted.values()]).toEqual([{ times: 1, expression: expect.stringContaining('closing') }]);
  });
});

const version = installedVersion();
if (version === undefined) console.warn('src/fail2ban/filter/reader.test.ts: no fail2ban is installed, skipped');

function installed(name: string): Make | undefined {
  const file = readFilter({ tree: diskTree, root: INSTALLED }, { name, call: new Map(), jail: new Map() });
  const make = making(file);
  try {
    make();
    return make;
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

describe.skipIf(version === undefined)(
  `${version === undefined ? 'SKIPPED, fail2ban is not installed: ' : ''}the installed filters`,
  () => {
    const samples = [...sampleLines()].flatMap(([name, lines]) => {
      const make = installed(name);
      return make ? [{ name, lines, make }] : [];
    });

    it('find the same in the lines of a service, in pieces of any size', () => {
      let found = 0;
      for (const { name, lines, make } of samples) {
        const expected = everyLine([make], lines);
        found += expected.length;
        for (const size of [1, 3, 1_000]) {
          expect({ name, is: differences(byReader([make], lines, size), expected) }).toEqual({ name, is: [] });
        }
      }
      expect(found).toBeGreaterThan(600);
    });

    it('find the same together in the lines of all services', () => {
      const lines = samples.flatMap((sample) => sample.lines);
      const makes = samples.map(({ make }) => make);
      // Where each line is of another form, what a date is depends on the lines before, and on those that are left out.
      const withoutTime = (all: unknown[]): unknown[] => all.map((each) => ({ ...Object(each), time: 0, lines: 0 }));
      const [ours, theirs] = [byReader(makes, lines, 50), everyLine(makes, lines)];
      expect(differences(withoutTime(ours), withoutTime(theirs))).toEqual([]);
      expect(theirs.length).toBeGreaterThan(600);
    });
  },
);

interface RealRecord {
  readonly filter: string;
  readonly opts: Readonly<Record<string, string>>;
  readonly log: string;
  readonly line: string;
}

const real = oracleRecords<RealRecord>('real.jsonl.gz');

describe.skipIf(!real)(
  oracleTitle('the lines of real services, each log through all filters that read it', real),
  () => {
    const keyOf = ({ filter, opts }: { filter: string; opts: object }): string =>
      `${filter} ${JSON.stringify({ mode: 'normal', ...opts })}`;

    it('tell the same', () => {
      const known = new Map(
        (oracleRecords<FilterRecord>('filters.jsonl') ?? []).map((record) => [keyOf(record), record]),
      );
      let found = 0;
      for (const log of new Set(real?.map((record) => record.log))) {
        const records = (real ?? []).filter((record) => record.log === log);
        const keys = [...new Set(records.map(keyOf))];
        const lines = records.filter((record) => keyOf(record) === keys[0]).map(({ line }) => line);
        const makes = keys.map((key) => fromRecord(known.get(key) ?? expect.fail(`no ${key}`)));
        const expected = everyLine(makes, lines);
        found += expected.length;
        expect({ log, is: differences(byReader(makes, lines, 400), expected) }).toEqual({ log, is: [] });
      }
      expect(found).toBeGreaterThan(1_000);
    });
  },
);

function fromRecord(record: FilterRecord): Make {
  return making(
    {
      ...{ failRegex: record.failregex, ignoreRegex: record.ignoreregex },
      ...(record.prefregex ? { prefRegex: record.prefregex } : {}),
      ...(record.maxlines === null ? {} : { maxLines: record.maxlines }),
      ...(record.datepattern === null ? {} : { datePattern: record.datepattern }),
    },
    { frame: { zone: UTC } },
  );
}
