/** Following files from run to run: what came while nobody read is read, and nothing twice. */
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SourcePosition } from './position.ts';
import { scratch } from './testing.ts';
import { follow, LONG } from './testing-follow.ts';

const MORE = 'more 1\nmore 2\n';
const NEW = 'a new log\n';

interface Case {
  readonly what: string;
  /** `x.log` when it was left. */
  readonly first: string;
  happens(path: string): void;
  /** What is read then. */
  readonly expected: string;
  readonly problem?: RegExp;
}

const rotate = (path: string, content: string): void => {
  renameSync(path, `${path}.1`);
  writeFileSync(path, content);
};

const pack = (path: string, packed: string): void => {
  writeFileSync(packed, gzipSync(readFileSync(path)));
  rmSync(path);
};

const CASES: readonly Case[] = [
  { what: 'nothing', first: LONG, happens: () => undefined, expected: '' },
  { what: 'lines were added', first: LONG, happens: (path) => appendFileSync(path, MORE), expected: MORE },
  { what: 'a short log grew', first: 'short\n', happens: (path) => appendFileSync(path, LONG), expected: LONG },
  {
    what: 'the unfinished line was finished',
    first: `${LONG}unfini`,
    happens: (path) => appendFileSync(path, 'shed\nmore'),
    expected: 'unfinished\n',
  },
  {
    what: 'it was rotated after more lines',
    first: LONG,
    happens: (path) => {
      appendFileSync(path, MORE);
      rotate(path, NEW);
    },
    expected: MORE + NEW,
  },
  {
    what: 'it was rotated, and the daemon has not begun the new file',
    first: LONG,
    happens: (path) => {
      appendFileSync(path, MORE);
      renameSync(path, `${path}.1`);
    },
    expected: MORE,
  },
  {
    what: 'it was rotated and compressed',
    first: LONG,
    happens: (path) => {
      appendFileSync(path, MORE);
      pack(path, `${path}.1.gz`);
      writeFileSync(path, NEW);
    },
    expected: MORE + NEW,
  },
  {
    what: 'it was rotated three times, the last but one being compressed',
    first: LONG,
    happens: (path) => {
      appendFileSync(path, MORE);
      pack(path, `${path}.3.gz`);
      writeFileSync(`${path}.2.gz`, gzipSync(`two ${LONG}`));
      writeFileSync(`${path}.1`, `one ${LONG}`);
      writeFileSync(path, NEW);
    },
    expected: `${MORE}two ${LONG}one ${LONG}${NEW}`,
  },
  {
    what: 'it was rotated with dates, and older parts lie there',
    first: LONG,
    happens: (path) => {
      writeFileSync(`${path}-20241001.gz`, gzipSync('history\n'));
      writeFileSync(`${path}-20241002`, 'history, too\n');
      appendFileSync(path, MORE);
      pack(path, `${path}-20241003.gz`);
      writeFileSync(`${path}-20241004`, 'between\n');
      writeFileSync(path, NEW);
    },
    expected: `${MORE}between\n${NEW}`,
  },
  {
    what: 'it was copied and truncated',
    first: LONG,
    happens: (path) => {
      appendFileSync(path, MORE);
      copyFileSync(path, `${path}.1`);
      writeFileSync(path, NEW);
    },
    expected: MORE + NEW,
  },
  {
    what: 'it was copied, but not truncated yet',
    first: LONG,
    happens: (path) => {
      appendFileSync(path, MORE);
      copyFileSync(path, `${path}.1`);
    },
    expected: MORE,
  },
  {
    what: 'the copy has less than was read of the log before it was truncated',
    first: LONG,
    happens: (path) => {
      writeFileSync(`${path}.1`, LONG.slice(0, LONG.indexOf('line 1990 ')));
      writeFileSync(path, NEW);
    },
    expected: NEW,
  },
  {
    what: 'it was truncated, and begins as before',
    first: LONG,
    happens: (path) => truncateSync(path, LONG.indexOf('line 500 ')),
    expected: LONG.slice(0, LONG.indexOf('line 500 ')),
    problem: /was truncated, and no copy/,
  },
  {
    what: 'it was replaced',
    first: LONG,
    happens: (path) => writeFileSync(path, `new ${LONG}`),
    expected: `new ${LONG}`,
    problem: /no file beside it holds what the last run read/,
  },
  {
    what: 'all logs begin with the same lines',
    first: 'Version, what follows are:\n',
    happens: (path) => {
      appendFileSync(path, MORE);
      rotate(path, 'Version, what follows are:\n');
    },
    expected: `${MORE}Version, what follows are:\n`,
  },
  {
    what: 'it is half packed',
    first: LONG,
    happens: (path) => {
      appendFileSync(path, MORE);
      rotate(path, NEW);
      writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)).subarray(0, 100));
    },
    expected: MORE + NEW,
  },
];

describe('a second run', () => {
  it.each(CASES)('reads what is new when $what', async ({ first, happens, expected, problem }) => {
    const directory = scratch({ 'x.log': first, 'x.log.9': 'history\n', 'x.log.10.gz': gzipSync('more history\n') });
    const path = join(directory, 'x.log');
    const before = await follow([path]);
    before.read();
    await before.source.close();
    happens(path);

    const after = await follow([path], before.positions());
    expect(await after.settle()).toBe(expected);
    if (problem) expect(after.problems().join()).toMatch(problem);
    else expect(after.problems()).toEqual([]);

    await after.source.close();
    const third = await follow([path], after.positions());
    expect(await third.settle()).toBe('');
  });

  it('reads on behind damage in a compressed part, and says so', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    const before = await follow([path]);
    before.read();
    await before.source.close();
    const packed = gzipSync(`a\n${LONG}`);
    writeFileSync(`${path}.1.gz`, packed.subarray(0, packed.length - 300));
    writeFileSync(path, NEW);

    const after = await follow([path], before.positions());
    const text = await after.settle();
    expect(text.endsWith(NEW)).toBe(true);
    expect(text.length).toBeGreaterThan(LONG.length / 2);
    after.look();
    expect(after.problems()).toEqual(['the gzip data is damaged: it ends too early']);
  });

  it('goes on in a large compressed part where it was left', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    const first = await follow([path]);
    first.read();
    await first.source.close();
    const big = LONG.repeat(40);
    writeFileSync(`${path}.1.gz`, gzipSync(`a\n${big}`));
    writeFileSync(path, NEW);

    let positions: readonly SourcePosition[] = first.positions();
    let text = '';
    for (let run = 0; run < 200 && !text.endsWith(NEW); run++) {
      const follower = await follow([path], positions);
      const [log] = follower.source.logs();
      for (let pieces = 0; log && pieces < 9; ) {
        const piece = log.read();
        if (!piece) {
          await new Promise((resolve) => setImmediate(resolve));
          if (text.endsWith(NEW)) break;
          continue;
        }
        pieces++;
        text += piece.chunk.bytes.toString('latin1');
        const { after } = piece;
        if (after.type === 'file') positions = [...positions.filter((one) => one !== after.resumed), after.position];
        if (text.endsWith(NEW)) break;
      }
      await follower.source.close();
    }
    expect([text.length, text === big + NEW]).toEqual([big.length + NEW.length, true]);
  });

  it('knows a log that could not be read when it began', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const before = await follow([path]);
    before.read();
    await before.source.close();
    renameSync(path, `${path}.1`);
    symlinkSync('x.log', path);

    const after = await follow([path], before.positions());
    expect(await after.settle()).toBe('');
    expect(after.state()).toMatchObject({ state: 'unreadable' });
    rmSync(path);
    writeFileSync(path, NEW);
    appendFileSync(`${path}.1`, MORE);
    expect(await after.settle()).toBe(MORE + NEW);
    expect(after.state()).toMatchObject({ state: 'followed', problems: [] });
  });

  it('goes on in both files when it was left between the last lines of the old one', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const before = await follow([path]);
    before.read();
    rotate(path, NEW);
    before.look();
    await before.source.close();
    appendFileSync(`${path}.1`, 'late\n');
    appendFileSync(path, MORE);

    const after = await follow([path], before.positions());
    expect(await after.settle()).toBe(`late\n${MORE}`);
  });

  it('does not take one log for another that holds the same lines', async () => {
    const directory = scratch({ 'mail.log': LONG, 'mail.info': LONG });
    const paths = [join(directory, 'mail.log'), join(directory, 'mail.info')];
    const before = await follow(paths);
    expect(before.read()).toBe(LONG + LONG);
    for (const path of paths) {
      rotate(path, '');
      appendFileSync(`${path}.1`, `late in ${path.slice(-4)}\n`);
    }
    await before.source.close();
    const [first, second] = before.positions();
    expect([first?.path, second?.path]).toEqual(paths);

    const both = await follow(paths, before.positions());
    expect(await both.settle()).toBe('late in .log\nlate in info\n');
    const added = await follow(paths, before.positions().slice(0, 1));
    expect(await added.settle()).toBe('late in .log\n');
  });
});
