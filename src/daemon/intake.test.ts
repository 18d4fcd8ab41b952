import { describe, expect, it } from 'vitest';
import type { Attempt, LogFile } from '../model.ts';
import type { Bookmark, LiveLog, LiveSource, LogState, Piece } from '../source/live.ts';
import { Intake, type SavedLog } from './intake.ts';
import { failure, HOST, testConfig, testStages } from './testing.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const { filter } = testStages(testConfig('/nonexistent'));

/** A log whose pieces the test lays down. */
class FakeLog implements LiveLog {
  readonly host = HOST;
  readonly name: string;
  readonly #pieces: string[] = [];
  readonly #part = {};
  readonly #file: LogFile;
  #offset: number;

  constructor(name: string, offset = 0) {
    this.name = name;
    this.#file = { host: HOST, path: name, modified: NOW };
    this.#offset = offset;
  }

  write(...lines: readonly string[]): void {
    this.#pieces.push(lines.join(''));
  }

  read(): Piece | undefined {
    const text = this.#pieces.shift();
    if (text === undefined) return undefined;
    const offset = this.#offset;
    this.#offset += text.length;
    const file = this.#file;
    return {
      chunk: { file, bytes: Buffer.from(text, 'latin1'), offset },
      before: this.#bookmark(offset),
      after: this.#bookmark(this.#offset),
    };
  }

  state(): LogState {
    const { host, name } = this;
    return { host, name, state: 'followed', bytes: this.#offset, last: 0, behind: 0, problems: [] };
  }

  #bookmark(position: number): Bookmark {
    const at = { host: HOST, path: this.name, headLength: 0, headHash: '', position };
    return { type: 'file', part: this.#part, position: at, resumed: undefined };
  }
}

function bench(names: readonly string[], saved: readonly SavedLog[] = [], offset = 0) {
  const logs = names.map((name) => new FakeLog(name, offset));
  const world = { now: NOW, logs };
  const source: LiveSource = { logs: () => world.logs, look: () => undefined, close: async () => undefined };
  const intake = new Intake({ filter, sources: [source], saved, clock: () => world.now });
  const judged: Attempt[] = [];
  const step = (): boolean => intake.step((attempt) => void judged.push(attempt));
  const times = (): number[] => judged.map(({ time }) => time - NOW);
  return { world, logs, intake, judged, step, times };
}

const line = (ms: number, address = '203.0.113.7') => failure(NOW + ms, address);

function positions(bookmarks: readonly Bookmark[]): number[] {
  return bookmarks.map((bookmark) => (bookmark.type === 'file' ? bookmark.position.position : -1));
}

describe('Intake', () => {
  it('judges the lines of all logs in the order of time', () => {
    const { logs, step, times, intake } = bench(['a', 'b']);
    logs[0]?.write(line(1), line(4));
    logs[0]?.write(line(6));
    logs[1]?.write(line(2), line(3), line(5));
    expect([step(), times(), intake.hasCaughtUp]).toEqual([false, [1, 2, 3, 4, 5, 6], true]);
  });

  it('has places for what is judged, each once, and again when they could not be recorded', () => {
    const { logs, step, intake } = bench(['a']);
    logs[0]?.write(line(1));
    logs[0]?.write(line(2));
    step();
    const taken = intake.takeBookmarks();
    expect([positions(taken), intake.takeBookmarks()]).toEqual([[line(1).length + line(2).length], []]);
    intake.keep(taken);
    expect(positions(intake.takeBookmarks())).toEqual(positions(taken));
    intake.keep(taken);
    logs[0]?.write(line(3));
    step();
    expect(positions(intake.takeBookmarks())).toEqual([3 * line(1).length]);
  });

  it('stops after its share, and goes on with the next step', () => {
    const { logs, step, judged } = bench(['a']);
    for (let i = 0; i < 100; i++) logs[0]?.write(line(i));
    expect([step(), judged.length]).toEqual([true, 64]);
    expect([step(), judged.length]).toEqual([false, 100]);
  });

  it('judges nothing before all logs had their turn', () => {
    const { logs, step, judged } = bench(['a', 'b']);
    for (let i = 0; i < 70; i++) logs[0]?.write('nothing of interest\n');
    logs[0]?.write(line(2));
    logs[1]?.write(line(1));
    expect([step(), judged.length]).toEqual([true, 0]);
    step();
    expect(judged.map(({ file }) => file.path)).toEqual(['b', 'a']);
  });

  it('left in the middle of a piece, another goes on with the very next attempt', () => {
    const many = Array.from({ length: 12_000 }, (_, i) => line(i));
    const first = bench(['a']);
    first.logs[0]?.write(...many);
    expect(first.step()).toBe(true);
    const done = first.judged.length;
    expect(done).toBeLessThan(many.length);
    const bookmarks = first.intake.takeBookmarks();
    // It goes back to before the piece, and knows what of it was judged.
    expect(positions(bookmarks)).toEqual([0]);
    const second = bench(['a'], JSON.parse(JSON.stringify(first.intake.save())));
    second.logs[0]?.write(...many);
    while (second.step());
    expect(second.times()).toEqual(Array.from({ length: many.length - done }, (_, i) => done + i));
  });

  it('does not skip in a log that is another one by now', () => {
    const first = bench(['a']);
    first.logs[0]?.write(...Array.from({ length: 12_000 }, (_, i) => line(i)));
    first.step();
    const second = bench(['a'], first.intake.save(), 500);
    second.logs[0]?.write(line(1), line(2));
    second.step();
    expect(second.times()).toEqual([1, 2]);
  });

  it('judges what a log held back when the log is gone, and when it is silent', () => {
    const { world, logs, step, judged, intake } = bench(['nginx/error.log']);
    const stamp = '2026/11/22 12:00:00';
    const limited = (n: number): string =>
      `${stamp} [error] 34#34: *${n} limiting requests, excess: 5.1 by zone "one", client: 203.0.113.7, server: x, request: "GET / HTTP/1.1"\n`;
    const missing = `${stamp} [error] 34#34: *8 open() "/a" failed (2: No such file), client: 203.0.113.8, server: x, request: "GET /a HTTP/1.1"\n`;
    logs[0]?.write(limited(1), missing, limited(2));
    step();
    expect(judged.length).toBe(1);
    world.now += 6_000;
    step();
    expect(judged.length).toBe(2);
    logs[0]?.write(missing, limited(3));
    step();
    world.logs = [];
    step();
    step();
    expect([judged.length, intake.logs()]).toEqual([3, []]);
  });

  it('counts what is new now where a log claims another time, and says so', () => {
    const { logs, step, times, intake } = bench(['a']);
    logs[0]?.write(line(-86_400_000));
    step();
    for (let i = 0; i < 3; i++) logs[0]?.write(line(-7_200_000));
    step();
    expect(times()).toEqual([-86_400_000, 0, 0, 0]);
    expect(intake.logs()[0]?.time).toMatch(/2h behind/);
  });

  it('counts lines and attempts on over a reload', () => {
    const { logs, step, intake } = bench(['a']);
    logs[0]?.write(line(1), 'nothing\n');
    step();
    intake.use(testStages(testConfig('/nonexistent')).filter);
    logs[0]?.write(line(2));
    step();
    expect(intake.logs()).toMatchObject([{ format: 'syslog', attempts: 2, counts: { lines: 3 } }]);
  });
});
