import { closeSync, fstatSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLog, type Log, type LogFormat, type LogLevel, logFormat } from './log.ts';

const START = Date.UTC(2026, 6, 1);

function open(format: LogFormat = 'journal', level?: LogLevel) {
  const lines: string[] = [];
  const state = { now: START, broken: false };
  const write = (line: string): void => {
    if (state.broken) throw new Error('no space left');
    lines.push(line);
  };
  const options = { clock: () => state.now, format, write };
  const log: Log = createLog(level === undefined ? options : { ...options, level });
  return { log, lines, state };
}

describe('createLog()', () => {
  it('writes a line each, in three formats', () => {
    const written = (['text', 'json', 'journal'] as const).flatMap((format) => {
      const { log, lines } = open(format);
      log.notice('banned', { address: '192.0.2.1', jail: 'ssh', why: 'a b', count: 5, missing: undefined });
      return lines;
    });
    expect(written).toEqual([
      '2026-07-01T00:00:00.000Z notice banned address=192.0.2.1 jail=ssh why="a b" count=5\n',
      '{"time":"2026-07-01T00:00:00.000Z","level":"notice","message":"banned","fields":{"address":"192.0.2.1","jail":"ssh","why":"a b","count":5}}\n',
      '<5>banned address=192.0.2.1 jail=ssh why="a b" count=5\n',
    ]);
  });

  it('has the levels of syslog, and writes from one on', () => {
    const all = open('journal', 'debug');
    const some = open('journal', 'warn');
    for (const { log } of [all, some]) {
      for (const level of ['error', 'warn', 'notice', 'info', 'debug'] as const) log[level](level);
    }
    expect(all.lines.join('')).toBe('<3>error\n<4>warn\n<5>notice\n<6>info\n<7>debug\n');
    expect(some.lines.join('')).toBe('<3>error\n<4>warn\n');
    const { log, lines } = open();
    log.debug('x');
    expect(lines).toEqual([]);
  });

  it.each(['text', 'json', 'journal'] as const)(
    'as %s no text can act, end the line or look like another field',
    (format) => {
      const { log, lines } = open(format);
      const hostile = 'a\n<0>b\r\x1b[2J\u2028\u202ec\x9b" key=x';
      log.warn(hostile, { user: hostile, [hostile]: 'x', empty: '', quoted: 'a"b' });
      expect(lines).toHaveLength(1);
      const line = lines[0] ?? '';
      expect(line.endsWith('\n')).toBe(true);
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
      if (format === 'json')
        expect(JSON.parse(line)).toMatchObject({ message: hostile, fields: { user: hostile, empty: '' } });
      else expect(line).toContain('user="a\\n<0>b\\r\\u001b[2J\\u2028\\u202ec\\u009b\\" key=x"');
    },
  );

  it('keeps lines short', () => {
    const { log, lines } = open('text');
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`f${i}${'k'.repeat(99)}`, 'v'.repeat(9_999)]),
    );
    log.warn('m'.repeat(99_999), many);
    expect(lines[0]?.length).toBeLessThan(8_192);
  });

  it('holds back what comes too often, sort by sort, and says how much', () => {
    const { log, lines, state } = open();
    for (let i = 0; i < 1_000; i++) log.warn(`login from 198.51.100.${i % 256} port ${i}`);
    log.warn('another');
    expect(lines).toHaveLength(61);
    expect(lines.at(-1)).toBe('<4>another\n');
    state.now += 60_000;
    log.settle();
    log.settle();
    expect(lines.slice(61)).toEqual([
      '<4>lines like this one were held back lines=940 like="warn: login from # port #"\n',
    ]);
    log.warn('login from 2001:db8::1 port 1');
    expect(lines).toHaveLength(63);
  });

  it('counts a limited number of sorts, and shares one count among the rest', () => {
    const { log, lines, state } = open();
    const letters = (n: number): string => String.fromCharCode(...[...`${n}`].map((digit) => 103 + Number(digit)));
    for (let i = 0; i < 2_000; i++) log.warn(letters(i));
    expect(lines).toHaveLength(260);
    state.now += 60_000;
    log.settle();
    expect(lines.at(-1)).toContain('lines=1740 like=others');
  });

  it('begins anew when the clock is set back, and does not limit debugging', () => {
    const { log, lines, state } = open('journal', 'debug');
    for (let i = 0; i < 100; i++) log.info('x');
    state.now -= 3_600_000;
    log.info('x');
    expect(lines).toHaveLength(62);
    for (let i = 0; i < 100; i++) log.debug('y');
    expect(lines).toHaveLength(162);
  });

  it('survives a writer that fails, and says what was lost', () => {
    const { log, lines, state } = open();
    state.broken = true;
    log.error('one');
    log.error('two');
    state.broken = false;
    state.now += 60_000;
    log.error('three');
    expect(lines).toEqual(['<4>lines could not be written lines=2\n', '<3>three\n']);
  });
});

describe('logFormat()', () => {
  it("is the journal's only when standard error is its stream", () => {
    expect(logFormat({}, false, () => '8:42')).toBe('text');
    expect(logFormat({ JOURNAL_STREAM: '8:42' }, false, () => '8:42')).toBe('journal');
    expect(logFormat({ JOURNAL_STREAM: '8:42' }, false, () => '8:43')).toBe('text');
    expect(logFormat({ JOURNAL_STREAM: '8:42' }, true, () => '8:42')).toBe('text');
    expect(logFormat({ JOURNAL_STREAM: '' }, false, () => '')).toBe('text');
  });

  it('looks at the stream itself', () => {
    const { dev, ino } = fstatSync(2, { bigint: true });
    expect(logFormat({ JOURNAL_STREAM: `${dev}:${ino}` }, false)).toBe('journal');
    const other = openSync('/dev/null', 'r');
    const stats = fstatSync(other, { bigint: true });
    closeSync(other);
    const same = stats.dev === dev && stats.ino === ino;
    expect(logFormat({ JOURNAL_STREAM: `${stats.dev}:${stats.ino}` }, false)).toBe(same ? 'journal' : 'text');
  });
});
