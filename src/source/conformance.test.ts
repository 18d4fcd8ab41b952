/** One suite for every way to read a log: what it must do, whatever the bytes and however they arrive. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLogs } from './memory.ts';
import { findLogs, type LogSeries, type SourcePosition } from './source.ts';
import { expectationOf, piecesOf, put, scratch, textOf } from './testing.ts';

interface Way {
  readonly name: string;
  /** A log with this content, to be read once. */
  open(content: Buffer, pieceBytes: number, positions: readonly SourcePosition[]): Promise<LogSeries>;
}

const WAYS: readonly Way[] = [
  { name: 'a plain file', open: (content, _piece, positions) => openFile('x.log', content, positions) },
  { name: 'a gzip file', open: (content, _piece, positions) => openFile('x.log.gz', gzipSync(content), positions) },
  {
    name: 'a gzip file of many members',
    open: (content, _piece, positions) => openFile('x.gz', members(content), positions),
  },
  {
    name: 'standard input',
    open: (content, piece, positions) => only({ positions, standardInput: stream(content, piece) }, '-'),
  },
  {
    name: 'gzip on standard input',
    open: (content, piece, positions) => only({ positions, standardInput: stream(gzipSync(content), piece) }, '-'),
  },
  {
    name: 'memory',
    open: async (content, pieceBytes, positions) => {
      const log = { host: 'web1', name: 'x.log', parts: [{ path: 'x.log', content }] };
      const [series] = memoryLogs([log], { pieceBytes, positions });
      if (!series) throw new Error('memoryLogs() gives a series for each log');
      return series;
    },
  },
];

const LIMIT = 65_536;
/** Lengths of lines: short ones, and those around the limit and around the buffer's size. */
const lengths = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }) },
    { weight: 2, arbitrary: fc.integer({ min: LIMIT - 3, max: LIMIT + 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 2 * LIMIT - 3, max: 2 * LIMIT + 5 }) },
  ),
  { maxLength: 12 },
);
const tail = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 }), fc.integer({ min: LIMIT, max: LIMIT + 2 }));
const pieceBytes = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + 2));

describe.each(WAYS)('$name as a source', (way) => {
  it('gives the complete lines, byte for byte, at their offsets, and counts the rest', async () => {
    const property = fc.asyncProperty(lengths, tail, pieceBytes, async (lines, rest, piece) => {
      const content = Buffer.concat([...lines.map((length) => line(length)), Buffer.alloc(rest, 'r')]);
      const expected = expectationOf(content);
      const series = await way.open(content, Math.max(piece, content.length >> 8), []);

      const pieces = await piecesOf(series);

      expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(expected.lines)).toBe(true);
      for (const { bytes, offset } of pieces) {
        expect(bytes.at(-1)).toBe(10);
        expect(bytes.length).toBeLessThanOrEqual(LIMIT + 1);
        expect(content.subarray(offset, offset + bytes.length).equals(bytes)).toBe(true);
      }
      const [outcome] = series.outcomes();
      const { oversize, partial, end } = expected;
      expect(outcome).toMatchObject({
        state: 'read',
        counts: { oversize, partial, bytes: content.length, damaged: 0 },
      });
      expect(outcome?.position?.position ?? 0).toBe(end);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('passes any bytes on unchanged', async () => {
    const bytes = fc.uint8Array({ maxLength: 4000 }).map((random) => Buffer.concat([Buffer.from(START), random]));
    const property = fc.asyncProperty(bytes, pieceBytes, async (content, piece) => {
      const pieces = await piecesOf(await way.open(content, piece, []));

      expect(Buffer.concat(pieces.map((one) => one.bytes)).equals(expectationOf(content).lines)).toBe(true);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('goes on at any line where an earlier run left it', async () => {
    const content = Buffer.concat([line(2000), line(0), line(70_000), line(5), line(3000), Buffer.from('unfinished')]);
    const first = await way.open(content, 1000, []);
    await piecesOf(first);
    const end = first.outcomes()[0]?.position;
    if (!end) throw new Error('a log that was read has a position');

    for (const boundary of expectationOf(content).boundaries) {
      const series = await way.open(content, 1000, [{ ...end, position: boundary }]);
      const pieces = await piecesOf(series);

      const expected = expectationOf(content, boundary);
      expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(expected.lines)).toBe(true);
      expect(pieces[0]?.offset ?? boundary).toBeGreaterThanOrEqual(boundary);
      const [outcome] = series.outcomes();
      expect(outcome).toMatchObject({
        from: boundary,
        state: boundary === end.position ? 'already read' : 'read',
        position: { headHash: end.headHash, headLength: 4096, position: end.position },
        counts: { bytes: content.length - boundary, oversize: expected.oversize, partial: 1 },
      });
    }
  });

  it('is left where its reader stops, and repeats what was being worked on', async () => {
    const content = Buffer.concat(Array.from({ length: 3000 }, (_, i) => line(100 + (i % 7))));
    const series = await way.open(content, 10_000, []);
    const seen: number[] = [];
    for await (const { offset } of series.chunks()) {
      seen.push(offset);
      if (seen.length === 3) break;
    }
    const [outcome] = series.outcomes();

    expect(outcome).toMatchObject({ state: 'begun', position: { position: seen[2] } });
    const again = await way.open(content, 10_000, outcome?.position ? [outcome.position] : []);
    expect(await textOf(again)).toBe(content.subarray(seen[2]).toString());
  });

  it('counts odd lines and passes them on', async () => {
    const content = Buffer.from('plain line that comes first here\na\0b\0\n\xff\xfe\nd\xfcrr\r\n\r\nfine\n', 'latin1');
    const series = await way.open(content, 3, []);

    const pieces = await piecesOf(series);

    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(content)).toBe(true);
    expect(series.outcomes()[0]?.counts).toMatchObject({ nul: 1, invalidUtf8: 2, crlf: 2, oversize: 0, partial: 0 });
  });

  it('gives nothing of nothing', async () => {
    const series = await way.open(Buffer.alloc(0), 1, []);

    expect(await piecesOf(series)).toEqual([]);
    expect(series.outcomes()[0]).toMatchObject({ state: 'read', position: undefined, problems: [] });
  });
});

/** Without it, random bytes would be taken for a binary file. */
const START = '2024-10-03T12:00:00.000000+02:00 host program[1]: ';

/** A line of `length` bytes, without counting its newline; each begins differently. */
function line(length: number): Buffer {
  const text = `${length} `.repeat(Math.ceil(length / `${length} `.length)).slice(0, length);
  return Buffer.from(`${text}\n`);
}

async function openFile(name: string, bytes: Buffer, positions: readonly SourcePosition[]): Promise<LogSeries> {
  return only({ positions }, put(`${scratch()}/${name}`, bytes));
}

async function only(options: Parameters<typeof findLogs>[1], path: string): Promise<LogSeries> {
  const { series } = await findLogs([{ host: 'web1', paths: [path] }], options);
  const [first] = series;
  if (!first || series.length > 1) throw new Error('one log was asked for');
  return first;
}

async function* stream(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  // One buffer for all pieces, as some streams do.
  for (let at = 0; at < bytes.length; at += pieceBytes) yield new Uint8Array(bytes.subarray(at, at + pieceBytes));
}

/** Compressed in three members, cut anywhere. */
function members(content: Buffer): Buffer {
  const cuts = [0, Math.floor(content.length / 3), Math.floor(content.length / 2), content.length];
  return Buffer.concat(cuts.slice(1).map((end, i) => gzipSync(content.subarray(cuts[i], end))));
}
