import { describe, expect, it } from 'vitest';
import { UTC } from '../../base/zone.ts';
import { DateForms } from '../dates/choose.ts';
import type { Host, UseDns } from '../identity.ts';
import { expandTags } from './expand.ts';
import { FailureFilter, type FilterDefinition, FilterError, type FilterOptions } from './filter.ts';

const NOW = Date.UTC(2026, 0, 10, 12);
const DATES = new DateForms(2026);

function filter(definition: Partial<FilterDefinition>, options: Partial<FilterOptions> = {}): FailureFilter {
  return new FailureFilter(
    { failRegex: [], ignoreRegex: [], datePattern: '{^LN-BEG}', ...definition },
    { useDns: 'warn', dates: DATES, frame: { zone: UTC }, mode: 'log', findTime: 600_000, ...options },
  );
}

function whoIs(subject: Host | undefined): string {
  if (!subject) return '';
  return subject.type === 'name' ? `${subject.text}?` : subject.text;
}

/** Who failed, by which expression, as whom, and by how many lines. */
function tell(one: FailureFilter, lines: readonly string[], now = NOW): unknown[] {
  return lines.flatMap((line) =>
    one.line(`2026-01-10 11:59:00 ${line}`, now).failures.map(({ index, subject, fields, lines: told }) => {
      return [index, whoIs(subject), fields.get('user'), told.length];
    }),
  );
}

describe('expandTags()', () => {
  it.each([
    ['<F-USER>x</F-USER></F-OTHER>', '(?P<user>x)</F-OTHER>'],
    ['<F-ID>x</F-ID> <F-PORT/>', '(?P<fid>x) (?P<fport>\\w+)'],
    ['<lower> <F-lower> <NONE/>', '<lower> <F-lower> <NONE/>'],
    ['<SKIPLINES>a<SKIPLINES>', '\\n(?P<skiplines0>(?:.*\\n)*?)a\\n(?P<skiplines1>(?:.*\\n)*?)'],
    ['((?i)a) (?:(?i)b) \\((?i)', '(?i:a) (?i:b) \\((?i)'],
  ])('%s', (source, expanded) => {
    expect(expandTags(source, 'names').text).toBe(expanded);
  });

  it('has names for hosts only where they may be resolved', () => {
    expect(expandTags('<HOST>', 'names').text).toContain('(?P<dns>');
    expect(expandTags('<HOST>', 'addresses').text).toBe(expandTags('<ADDR>', 'names').text);
  });
});

describe('a filter', () => {
  it('tells of the first expression that matches, with what it took', () => {
    const one = filter({ failRegex: ['^ no for <F-USER>\\S+</F-USER> from <HOST>$', '^ no .* from <HOST>$'] });
    expect(tell(one, ['no for a from 192.0.2.1', 'no b from 2001:DB8::1', 'no c from host.example', 'yes'])).toEqual([
      [0, '192.0.2.1', 'a', 1],
      [1, '2001:db8::1', undefined, 1],
      [1, 'host.example?', undefined, 1],
    ]);
  });

  it('cuts the date out, tells its instant, and keeps the line as it was', () => {
    const one = filter({ failRegex: ['^ no <ADDR>$'], datePattern: '^\\[(%Y-%m-%d %H:%M)\\]' });
    const { failures } = filter({ failRegex: ['^\\[\\] no <ADDR>$'], datePattern: '^\\[(%Y-%m-%d %H:%M)\\]' }).line(
      '[2026-01-09 10:00] no 192.0.2.1',
      NOW,
    );
    expect(failures[0]?.time).toBe(Date.UTC(2026, 0, 9, 10));
    expect(failures[0]?.lines).toEqual(['[2026-01-09 10:00] no 192.0.2.1']);
    expect(one.line('[2026-01-09 10:00] no 192.0.2.1', NOW).failures).toEqual([]);
  });

  it('looks into what the first expression leaves, and adds what that took', () => {
    const one = filter({
      prefRegex: '^ svc\\[<F-PID>\\d+</F-PID>\\]: <F-CONTENT>.+</F-CONTENT>$',
      failRegex: ['^no <ADDR>$'],
    });
    const { failures } = one.line('2026-01-10 11:59:00 svc[7]: no 192.0.2.1', NOW);
    expect([...(failures[0]?.fields ?? [])]).toEqual([
      ['pid', '7'],
      ['ip4', '192.0.2.1'],
    ]);
    expect(tell(one, ['other[7]: no 192.0.2.1', 'svc[7]: x no 192.0.2.1'])).toEqual([]);
  });

  it('leaves out what is to be ignored', () => {
    const failRegex = ['^ no <ADDR>', '^ a <ADDR>', '^ b <ADDR>', '^ c <ADDR>'];
    const late = filter({ failRegex: failRegex.slice(0, 1), ignoreRegex: ['but fine$'] });
    const early = filter({ failRegex, ignoreRegex: ['but fine$'] });
    for (const one of [late, early]) {
      expect(tell(one, ['no 192.0.2.1 but fine', 'no 192.0.2.1'])).toEqual([[0, '192.0.2.1', undefined, 1]]);
    }
  });

  it('takes what stands for a user when the user has no group of its own', () => {
    const one = filter({ failRegex: ['^ (?:<F-USER>\\d+</F-USER>|<F-ALT_USER>\\w+</F-ALT_USER>)? <ADDR>$'] });
    expect(tell(one, ['7 192.0.2.1', 'x 192.0.2.1'])).toEqual([
      [0, '192.0.2.1', '7', 1],
      [0, '192.0.2.1', 'x', 1],
    ]);
  });

  it('may be about something else than the address, or about several things together', () => {
    const one = filter({
      failRegex: ['^ id <F-ID/> <ADDR>$', '^ <F-ID>\\S+</F-ID> and <F-TUPLE_ID>\\S+</F-TUPLE_ID>$'],
    });
    const { failures } = one.line('2026-01-10 11:59:00 id abc 192.0.2.1', NOW);
    expect(failures[0]).toMatchObject({
      subject: { type: 'text', text: 'abc' },
      address: { type: 'network', text: '192.0.2.1' },
    });
    expect(tell(one, ["it's and b"])).toEqual([[1, `("it's", 'b')`, undefined, 1]]);
  });

  it('counts networks where the line tells the bits', () => {
    const one = filter({ failRegex: ['^ <SUBNET>$'] });
    expect(tell(one, ['192.0.2.7/24', '2001:db8::1/64', '192.0.2.7'])).toEqual([
      [0, '192.0.2.0/24', undefined, 1],
      [0, '2001:db8::/64', undefined, 1],
      [0, '192.0.2.7', undefined, 1],
    ]);
  });

  it('resolves nobody without being allowed to', () => {
    const by = (useDns: UseDns, source: string): unknown[] =>
      tell(filter({ failRegex: [source] }, { useDns }), ['host.example', '192.0.2.1']).map((told) => [told].flat()[1]);
    expect(by('no', '^ <DNS>$')).toEqual(['192.0.2.1']);
    expect(by('no', '^ <HOST>$')).toEqual(['192.0.2.1']);
    expect(by('raw', '^ <HOST>$')).toEqual(['host.example', '192.0.2.1']);
    expect(by('yes', '^ <HOST>$')).toEqual(['host.example?', '192.0.2.1']);
  });

  it('is refused when it names nobody, or is no expression', () => {
    expect(() => filter({ failRegex: ['<ADDR>', '^no'] })).toThrow(
      new FilterError(
        'failregex',
        '^no',
        'no group tells whom it is about; write <HOST> or <ADDR> where the address stands',
      ),
    );
    expect(() => filter({ failRegex: ['^no (?P<host>\\S+)$'] })).toThrow(
      'no group tells whom it is about; write <HOST> or <ADDR> in place of (?P<host>...)',
    );
    expect(() => filter({ failRegex: ['^no (<HOST>'] })).toThrow('column 5: ( does not close');
    expect(() => filter({ failRegex: ['<ADDR>'], datePattern: '%Q' })).toThrow('%Q is no field of a date');
    expect(() => filter({ failRegex: ['^no'], prefRegex: '<ADDR>' })).not.toThrow();
  });

  it.each([
    ['^<HOST>.*(?:wp|xmlrpc', 10],
    ['((?i)é😀<F-USER>a</F-USER> <HOST>)) ', 34],
    ['<HOST> to <HOST>', 11],
    ['<HOST>(?P=x)', 7],
    ['<ADDR> [z-a]', 9],
  ])('tells of a mistake in the column in which it is written: %s', (source, column) => {
    expect(() => filter({ failRegex: [source] })).toThrow(new RegExp(`^column ${column}: `));
  });

  it('names the expression that would take too long, and goes on', () => {
    const slow = '^ (?:(a|aa)+b)?(?:a|aa)+\\1 <ADDR>$';
    const one = filter({ failRegex: ['^ no <ADDR>$', slow] });
    const outcome = one.line(`2026-01-10 11:59:00 ${'a'.repeat(60)} 192.0.2.1`, NOW);
    expect(outcome).toEqual({ failures: [], exhausted: expandTags(slow, 'names').text });
    expect(tell(one, ['no 192.0.2.1'])).toHaveLength(1);
  });
});

describe('all expressions', () => {
  it('tell what each of them would, failure or not', () => {
    const one = filter(
      {
        prefRegex: '^ <F-MLFID>\\[\\d+\\]</F-MLFID> <F-CONTENT>.+</F-CONTENT>$',
        failRegex: ['^bad', '^bad <F-USER>\\S+</F-USER>', '^<F-NOFAIL>from</F-NOFAIL> <ADDR>$'],
      },
      { tries: 'all' },
    );
    expect(tell(one, ['[1] bad a', '[1] from 192.0.2.1'])).toEqual([
      [0, '', undefined, 1],
      [1, '', 'a', 2],
      [2, '192.0.2.1', 'a', 3],
    ]);
  });
});

describe('lines together', () => {
  const failRegex = ['^ begin (?P<id>\\d+) <ADDR>$<SKIPLINES>^ end (?P=id)$'];

  it('are found with others between them, which stay for the next', () => {
    const one = filter({ failRegex, maxLines: 4 });
    expect(tell(one, ['begin 1 192.0.2.1', 'begin 2 192.0.2.2', 'end 1', 'end 2'])).toEqual([
      [0, '192.0.2.1', undefined, 2],
      [0, '192.0.2.2', undefined, 2],
    ]);
  });

  it('are forgotten when more come than are kept', () => {
    const one = filter({ failRegex, maxLines: 2 });
    expect(tell(one, ['begin 1 192.0.2.1', 'other', 'end 1'])).toEqual([]);
  });
});

describe('sessions', () => {
  const PREFIX = { prefRegex: '^ <F-MLFID>\\[\\d+\\]</F-MLFID> <F-CONTENT>.+</F-CONTENT>$' };
  const FORGET = '^<F-NOFAIL><F-MLFFORGET>bye</F-MLFFORGET></F-NOFAIL> <ADDR>$';
  const failRegex = [
    '^<F-NOFAIL>from</F-NOFAIL> <ADDR>$',
    '^bad <F-USER>\\S+</F-USER>$',
    '^<F-MLFGAINED>in</F-MLFGAINED> <F-USER>\\S+</F-USER>$',
    FORGET,
    '^<F-MLFFORGET>end</F-MLFFORGET> <ADDR>$',
  ];
  const session = (): FailureFilter => filter({ ...PREFIX, failRegex });

  it('make one failure of what several lines tell', () => {
    expect(tell(session(), ['[1] from 192.0.2.1', '[2] from 192.0.2.2', '[1] bad a', '[3] bad b'])).toEqual([
      [1, '192.0.2.1', 'a', 2],
    ]);
  });

  it('wait for whom it was', () => {
    expect(tell(session(), ['[1] bad a', '[1] from 192.0.2.1', '[1] bad a'])).toEqual([
      [0, '192.0.2.1', 'a', 2],
      [1, '192.0.2.1', 'a', 1],
    ]);
  });

  it('end without a failure when the client goes, or gets in', () => {
    expect(tell(session(), ['[1] from 192.0.2.1', '[1] bye 192.0.2.1', '[1] bad a'])).toEqual([]);
    expect(tell(session(), ['[1] from 192.0.2.1', '[1] in a', '[1] bye 192.0.2.1'])).toEqual([]);
    expect(tell(session(), ['[1] bad a', '[1] in a', '[1] bye 192.0.2.1'])).toEqual([]);
  });

  it('fail all the same when several users were tried', () => {
    expect(tell(session(), ['[1] bad a', '[1] bad b', '[1] bye 192.0.2.1'])).toEqual([[3, '192.0.2.1', 'b', 3]]);
    expect(tell(session(), ['[1] bad a', '[1] in b', '[1] end 192.0.2.1'])).toEqual([[4, '192.0.2.1', 'b', 2]]);
  });

  it('tell of each failure once, whatever comes between', () => {
    const lines = ['in a', 'bad b', 'from 192.0.2.1', 'bad b', 'in b', 'bad c', 'bye 192.0.2.1', 'bad d'];
    expect(
      tell(
        session(),
        lines.map((line) => `[1] ${line}`),
      ),
    ).toEqual([
      [0, '192.0.2.1', 'b', 3],
      [1, '192.0.2.1', 'b', 1],
      [2, '192.0.2.1', 'b', 1],
      [1, '192.0.2.1', 'c', 1],
      [3, '192.0.2.1', 'c', 1],
    ]);
  });

  it('are forgotten after five minutes, or when a hundred others came', () => {
    const late = session();
    tell(late, ['[1] from 192.0.2.1']);
    expect(tell(late, ['[1] bad a'], NOW + 300_000)).toEqual([]);
    const crowded = session();
    tell(crowded, ['[1] from 192.0.2.1', ...Array.from({ length: 100 }, (_, i) => `[${i + 2}] from 192.0.2.2`)]);
    expect(tell(crowded, ['[1] bad a', '[101] bad a'])).toEqual([[1, '192.0.2.2', 'a', 2]]);
  });
});

describe('times', () => {
  const definition = { failRegex: ['^\\s*no <ADDR>$'], datePattern: '^%Y-%m-%d %H:%M:%S' };
  const times = (options: Partial<FilterOptions>, lines: readonly string[]): (number | string | undefined)[] => {
    const one = filter(definition, options);
    return lines.map((line) => {
      const [failure] = one.line(line, NOW).failures;
      if (!failure) return 'none';
      return failure.time === undefined ? undefined : (failure.time - NOW) / 1_000;
    });
  };
  const LINES = [
    'no 192.0.2.1',
    '2026-01-10 11:59:30 no 192.0.2.1',
    'no 192.0.2.1',
    '2026-01-10 11:00:00 no 192.0.2.1',
    'no 192.0.2.1',
    '2026-01-10 12:30:00 no 192.0.2.1',
    '2026-02-30 12:30:00 no 192.0.2.1',
  ];

  it.each([
    ['log', [undefined, -30, -30, -3_600, undefined, 1_800, 'none']],
    ['live', [0, -30, -30, 0, 0, 0, 'none']],
    ['start', ['none', -30, -30, 'none', 'none', 1_800, 'none']],
  ] as const)('%s', (mode, expected) => {
    expect(times({ mode }, LINES)).toEqual(expected);
  });

  it('come with the entries of a journal', () => {
    const one = filter({ failRegex: ['^no <ADDR>$'] });
    const [failure] = one.entry({ text: 'no 192.0.2.1', time: NOW - 5_000 }, NOW).failures;
    expect(failure?.time).toBe(NOW - 5_000);
    expect(failure?.lines).toEqual(['2026-01-10T11:59:55.000Zno 192.0.2.1']);
  });

  it('are in the zone of the log', () => {
    expect(times({ frame: { zone: UTC, offset: 60 } }, ['2026-01-10 12:59:30 no 192.0.2.1'])).toEqual([-30]);
  });
});
