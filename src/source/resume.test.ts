/** From run to run: what was read is not read again, whatever happened to the files in between. */
import { appendFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type FileOutcome, findLogs, type SourceOptions, type SourcePosition } from './source.ts';
import { put, readAll, scratch } from './testing.ts';

const LONG = Array.from({ length: 2000 }, (_, i) => `line ${i} of a log that is longer than its head\n`).join('');

/** One run over the folder: what it read, by the file's name, and what the next run must know. */
async function run(directory: string, before: readonly SourcePosition[], options: SourceOptions = {}) {
  const { series } = await findLogs([{ host: 'web1', paths: [directory] }], { ...options, positions: before });
  const size = series.reduce((sum, one) => sum + one.size, 0);
  const outcomes = await readAll(series);
  const byName = new Map([...outcomes].map(([path, outcome]) => [path.slice(directory.length + 1), outcome]));
  return { outcomes: byName, positions: remembered(before, [...outcomes.values()]), size };
}

/** As the ledger keeps them: a new position takes the place of the one that it went on from. */
function remembered(before: readonly SourcePosition[], outcomes: readonly FileOutcome[]): readonly SourcePosition[] {
  const replaced = new Set(outcomes.map(({ resumed }) => resumed));
  const fresh = outcomes.flatMap(({ position }) => (position ? [position] : []));
  return [...before.filter((one) => !replaced.has(one)), ...fresh];
}

/** What happens to `x.log` after its first lines were read, and what the next run then reads of each file. */
interface Case {
  readonly what: string;
  readonly first: string;
  happens(directory: string): void;
  readonly expected: Readonly<Record<string, readonly [text: string, state: FileOutcome['state'], from: number]>>;
}

const MORE = 'more 1\nmore 2\n';
const NEW = 'a new log\n';

const CASES: readonly Case[] = [
  {
    what: 'nothing',
    first: LONG,
    happens: () => undefined,
    expected: { 'x.log': ['', 'already read', LONG.length] },
  },
  {
    what: 'lines are added',
    first: LONG,
    happens: (directory) => appendFileSync(join(directory, 'x.log'), MORE),
    expected: { 'x.log': [MORE, 'read', LONG.length] },
  },
  {
    what: 'a short log grows beyond its head',
    first: 'short\n',
    happens: (directory) => appendFileSync(join(directory, 'x.log'), LONG),
    expected: { 'x.log': [LONG, 'read', 6] },
  },
  {
    what: 'the unfinished line is finished',
    first: `${LONG}unfini`,
    happens: (directory) => appendFileSync(join(directory, 'x.log'), 'shed\nmore'),
    expected: { 'x.log': ['unfinished\n', 'read', LONG.length] },
  },
  {
    what: 'it is rotated after more lines',
    first: LONG,
    happens: (directory) => {
      appendFileSync(join(directory, 'x.log'), MORE);
      renameSync(join(directory, 'x.log'), join(directory, 'x.log.1'));
      put(join(directory, 'x.log'), NEW);
    },
    expected: { 'x.log.1': [MORE, 'read', LONG.length], 'x.log': [NEW, 'read', 0] },
  },
  {
    what: 'it is rotated and compressed',
    first: LONG,
    happens: (directory) => {
      put(join(directory, 'x.log.1.gz'), gzipSync(LONG + MORE));
      put(join(directory, 'x.log'), NEW);
    },
    expected: { 'x.log.1.gz': [MORE, 'read', LONG.length], 'x.log': [NEW, 'read', 0] },
  },
  {
    what: 'a short log is rotated, compressed and dated',
    first: 'short\n',
    happens: (directory) => {
      rmSync(join(directory, 'x.log'));
      put(join(directory, 'x.log-20241003.gz'), gzipSync('short\n'));
    },
    expected: { 'x.log-20241003.gz': ['', 'already read', 6] },
  },
  {
    what: 'it is copied and truncated',
    first: LONG,
    happens: (directory) => {
      put(join(directory, 'x.log.1'), readFileSync(join(directory, 'x.log')));
      writeFileSync(join(directory, 'x.log'), NEW);
    },
    expected: { 'x.log.1': ['', 'already read', LONG.length], 'x.log': [NEW, 'read', 0] },
  },
  {
    what: 'it is truncated and begins as before',
    first: LONG,
    happens: (directory) => truncateSync(join(directory, 'x.log'), LONG.indexOf('line 500 ')),
    expected: { 'x.log': [LONG.slice(0, LONG.indexOf('line 500 ')), 'read', 0] },
  },
  {
    what: 'it is replaced by a shorter compressed one that begins as before',
    first: LONG,
    happens: (directory) => {
      rmSync(join(directory, 'x.log'));
      put(join(directory, 'x.log.gz'), gzipSync(LONG.slice(0, LONG.indexOf('line 500 '))));
    },
    expected: { 'x.log.gz': [LONG.slice(0, LONG.indexOf('line 500 ')), 'read', 0] },
  },
  {
    what: 'it is emptied',
    first: LONG,
    happens: (directory) => truncateSync(join(directory, 'x.log'), 0),
    expected: { 'x.log': ['', 'read', 0] },
  },
];

describe('a second run', () => {
  it.each(CASES)('reads what is new when $what', async ({ first, happens, expected }) => {
    const directory = scratch({ 'x.log': first });
    const before = await run(directory, []);
    happens(directory);

    const after = await run(directory, before.positions);

    const seen = [...after.outcomes].map(([name, { text, state, from }]) => [name, [text, state, from]]);
    expect(Object.fromEntries(seen)).toEqual(expected);
    const third = await run(directory, after.positions);
    for (const { text } of third.outcomes.values()) expect(text).toBe('');
  });

  it('says that a log was truncated', async () => {
    const directory = scratch({ 'x.log': LONG });
    const { positions } = await run(directory, []);
    truncateSync(join(directory, 'x.log'), 10_000);

    const { outcomes } = await run(directory, positions);

    const what = `it has 10000 bytes, but ${LONG.length} were read before: it was truncated; read from its beginning`;
    expect(outcomes.get('x.log')?.problems).toMatchObject([{ what }]);
    expect(outcomes.get('x.log')?.resumed).toBeUndefined();
  });

  it('does not take a damaged archive for a truncated log', async () => {
    const directory = scratch({ 'x.log': LONG });
    const { positions } = await run(directory, []);
    rmSync(join(directory, 'x.log'));
    const packed = gzipSync(LONG);
    put(join(directory, 'x.log.1.gz'), packed.subarray(0, packed.length >> 1));

    const { outcomes } = await run(directory, positions);

    expect(outcomes.get('x.log.1.gz')).toMatchObject({ text: '', counts: { damaged: 1 }, from: LONG.length });
  });

  it('has only the new bytes before it', async () => {
    const directory = scratch({ 'x.log': LONG });
    const { positions, size } = await run(directory, []);
    appendFileSync(join(directory, 'x.log'), MORE);

    const after = await run(directory, positions);

    expect([size, after.size]).toEqual([LONG.length, MORE.length]);
  });
});

describe('a run', () => {
  it('reads on behind a damaged part, and says so', async () => {
    const packed = gzipSync(LONG);
    const directory = scratch({
      'x.log.2.gz': packed.subarray(0, packed.length - 300),
      'x.log.1': 'next\nhal',
      'x.log': 'last\n',
    });

    const { outcomes } = await run(directory, []);

    const damaged = outcomes.get('x.log.2.gz');
    expect(LONG.startsWith(damaged?.text ?? 'no')).toBe(true);
    expect(damaged?.text.length).toBeGreaterThan(LONG.length / 2);
    expect(damaged).toMatchObject({
      counts: { damaged: 1, partial: 0 },
      problems: [{ what: /ends too early/ }].map(() => ({})),
    });
    expect(damaged?.problems[0]?.what).toBe('the gzip data is damaged: it ends too early');
    expect(outcomes.get('x.log.1')).toMatchObject({ text: 'next\n', counts: { partial: 1 } });
    expect(outcomes.get('x.log')).toMatchObject({ text: 'last\n', counts: { partial: 0 } });
  });

  it('goes on when a file vanishes before its turn', async () => {
    const directory = scratch({ 'x.log.1': 'one\n', 'x.log': 'two\n' });
    const { series } = await findLogs([{ host: 'web1', paths: [directory] }]);
    rmSync(join(directory, 'x.log.1'));

    const outcomes = await readAll(series);

    expect(outcomes.get(join(directory, 'x.log.1'))).toMatchObject({ state: 'unreadable', problems: [{}] });
    expect(outcomes.get(join(directory, 'x.log'))).toMatchObject({ state: 'read', text: 'two\n' });
  });

  it('neither loses nor repeats a line when the logs are rotated between finding and reading', async () => {
    const directory = scratch({ 'x.log.1': `a ${LONG}`, 'x.log': `b ${LONG}` });
    const { series } = await findLogs([{ host: 'web1', paths: [directory] }]);
    renameSync(join(directory, 'x.log.1'), join(directory, 'x.log.2'));
    renameSync(join(directory, 'x.log'), join(directory, 'x.log.1'));
    put(join(directory, 'x.log'), NEW);

    const first = await readAll(series);
    const second = await run(directory, remembered([], [...first.values()]));

    const texts = [...first.values(), ...second.outcomes.values()]
      .map(({ text }) => text)
      .filter((text) => text !== '');
    expect(texts).toEqual([`b ${LONG}`, NEW, `a ${LONG}`]);
  });

  it('leaves out a line of 100 MB without holding it', async () => {
    const directory = scratch({ 'x.log': 'before\n' });
    const path = join(directory, 'x.log');
    const piece = Buffer.alloc(10_000_000, 'x');
    for (let i = 0; i < 10; i++) appendFileSync(path, piece);
    appendFileSync(path, '\nafter\n');
    const before = process.memoryUsage().arrayBuffers;

    const { outcomes } = await run(directory, []);

    expect(outcomes.get('x.log')).toMatchObject({
      text: 'before\nafter\n',
      counts: { oversize: 1, bytes: 100_000_014 },
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  });

  it('reports its progress ten times a second by the given clock, compressed bytes for compressed files', async () => {
    const big = LONG.repeat(20);
    const packed = gzipSync(`another log\n${big}`);
    const directory = scratch({ 'a.log': big, 'b.log.gz': packed });
    let now = 0;
    const clock = (): number => {
      now += 10;
      return now;
    };
    const reports: Array<readonly [read: number, total: number, done: number]> = [];
    const onProgress: SourceOptions['onProgress'] = (progress) => {
      reports.push([progress.bytesRead, progress.bytesTotal, progress.filesDone]);
    };

    const { size } = await run(directory, [], { clock, onProgress });

    expect(reports.at(-1)).toEqual([size, size, 2]);
    expect(size).toBe(big.length + packed.length);
    expect(reports.length).toBeGreaterThan(2);
    expect(reports.length).toBeLessThan(15);
    expect(reports.map(([read]) => read)).toEqual(reports.map(([read]) => read).sort((a, b) => a - b));
  });
});
