/** Following files: how they are read, and how they come and go. */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scratch } from './testing.ts';
import { follow, LONG, openIn } from './testing-follow.ts';

describe('a log that grows', () => {
  it('is read from its beginning, and on', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    expect(follower.read()).toBe(LONG);
    appendFileSync(path, 'one\ntwo\n');
    expect(follower.read()).toBe('one\ntwo\n');
    expect(follower.read()).toBe('');
    expect(follower.state()).toMatchObject({ host: 'web1', name: path, state: 'followed', behind: 0, problems: [] });
    expect(follower.state()).toMatchObject({ bytes: LONG.length + 8, last: 1_000_000 });
  });

  it('gives whole lines only, written byte by byte', async () => {
    const directory = scratch({ 'x.log': '' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    const text = 'first line\nsecond\n\nfourth\n';
    const got: string[] = [];
    for (const byte of text) {
      appendFileSync(path, byte);
      const read = follower.look();
      if (read) got.push(read);
    }
    expect(got).toEqual(['first line\n', 'second\n', '\n', 'fourth\n']);
  });

  it('keeps one LogFile for a part, and copies what it gives', async () => {
    const directory = scratch({ 'x.log': 'a\n', 'y.log': 'b\n' });
    const follower = await follow([join(directory, 'x.log'), join(directory, 'y.log')]);
    const [x, y] = follower.source.logs();
    const first = x?.read();
    const other = y?.read();
    expect(first?.chunk.bytes.toString()).toBe('a\n');
    appendFileSync(join(directory, 'x.log'), 'c\n');
    const second = x?.read();
    expect(second?.chunk.file).toBe(first?.chunk.file);
    expect(other?.chunk.bytes.toString()).toBe('b\n');
  });

  it('leaves out a line of more than 64 KiB and reads on', async () => {
    const directory = scratch({ 'x.log': 'before\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    expect(follower.read()).toBe('before\n');
    for (let i = 0; i < 7; i++) {
      appendFileSync(path, 'x'.repeat(10_000));
      expect(follower.look()).toBe('');
    }
    appendFileSync(path, '\nafter\n');
    expect(follower.look()).toBe('after\n');
    appendFileSync(path, `${'y'.repeat(65_536)}\n${'z'.repeat(65_537)}\nend\n`);
    expect(follower.look()).toBe(`${'y'.repeat(65_536)}\nend\n`);
    expect(follower.places.at(-1)).toBe(`x.log ${readFileSync(path).length - 4}`);
    follower.look();
    expect(follower.problems()).toEqual(['2 lines longer than 64 KiB were left out']);
  });

  it('leaves out a line of 100 MB without holding it, and lets others have their turn', async () => {
    const directory = scratch({ 'x.log': 'before\n' });
    const path = join(directory, 'x.log');
    const piece = Buffer.alloc(10_000_000, 'x');
    for (let i = 0; i < 10; i++) appendFileSync(path, piece);
    appendFileSync(path, '\nafter\n');
    let wakes = 0;
    const follower = await follow([path], [], () => wakes++);
    const before = process.memoryUsage().arrayBuffers;
    expect(follower.read()).toBe('before\n');
    while (!follower.text.endsWith('after\n')) {
      await new Promise((resolve) => setImmediate(resolve));
      follower.read();
    }
    expect(wakes).toBeGreaterThan(5);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000);
  });

  it('wakes within moments when a line comes, when a log is rotated and when one turns up', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    let woken: () => void = () => undefined;
    const follower = await follow([directory], [], () => woken());
    expect(follower.read()).toBe('a\n');
    const hears = async (act: () => void, expected: string): Promise<void> => {
      let text = '';
      await new Promise<void>((resolve) => {
        woken = () => {
          text += follower.read();
          if (text.length >= expected.length) resolve();
        };
        act();
      });
      expect(text).toBe(expected);
    };
    await hears(() => appendFileSync(path, 'b\n'), 'b\n');
    await hears(() => {
      renameSync(path, `${path}.1`);
      writeFileSync(path, 'c\n');
    }, 'c\n');
    await hears(() => writeFileSync(join(directory, 'other.log'), 'd\n'), 'd\n');
    await hears(() => appendFileSync(path, 'e\n'), 'e\n');
  });
});

describe('a file', () => {
  it('that is deleted is read to its end, and is another when it comes back', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    appendFileSync(path, 'last\n');
    rmSync(path);
    expect(follower.look()).toBe('last\n');
    expect(follower.state()?.state).toBe('waiting');
    follower.clock.now += 61_000;
    follower.look();
    expect(openIn(directory)).toEqual([]);
    // Its inode is free by now, and the file system gives it away again.
    writeFileSync(path, `new ${LONG}`);
    expect(follower.look()).toBe(`new ${LONG}`);
    expect(follower.problems()).toEqual([]);
  });

  it('that comes back with the same content is not read again', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    rmSync(path);
    follower.look();
    follower.clock.now += 61_000;
    follower.look();
    writeFileSync(path, `${LONG}more\n`);
    expect(follower.look()).toBe('more\n');
  });

  it('that is not there is waited for, with its folder', async () => {
    const directory = scratch();
    const path = join(directory, 'sub/x.log');
    const follower = await follow([path, join(directory, 'none/*.log')]);
    expect(follower.states()).toMatchObject([
      { name: path, state: 'waiting', problems: [] },
      { name: join(directory, 'none/*.log'), state: 'waiting', problems: [] },
    ]);
    mkdirSync(join(directory, 'sub'));
    writeFileSync(path, 'a\n');
    mkdirSync(join(directory, 'none'));
    writeFileSync(join(directory, 'none/y.log'), 'b\n');
    expect(follower.look()).toBe('a\nb\n');
    expect(follower.states().map(({ state }) => state)).toEqual(['followed', 'followed']);
  });

  it('that newly matches is found, and one that went is let go', async () => {
    const directory = scratch({ 'a.log': 'a\n', 'a.log.1': 'history\n', 'b.txt': 'no\n' });
    const follower = await follow([join(directory, '{,*/}*.log')]);
    expect(follower.read()).toBe('a\n');
    const [first] = follower.source.logs();
    mkdirSync(join(directory, 'site'));
    writeFileSync(join(directory, 'site/b.log'), 'b\n');
    expect(follower.look()).toBe('b\n');
    expect(follower.source.logs()[0]).toBe(first);
    rmSync(join(directory, 'site'), { recursive: true });
    follower.look();
    follower.clock.now += 61_000;
    follower.look();
    expect(follower.source.logs()).toEqual([first]);
  });

  it('in a folder that is replaced is followed on', async () => {
    const directory = scratch({ 'logs/x.log': 'a\n' });
    const path = join(directory, 'logs/x.log');
    let wakes = 0;
    const follower = await follow([path], [], () => wakes++);
    follower.read();
    appendFileSync(path, 'b\n');
    renameSync(join(directory, 'logs'), join(directory, 'old'));
    mkdirSync(join(directory, 'logs'));
    writeFileSync(path, 'c\n');
    expect(follower.look()).toBe('b\nc\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = wakes;
    appendFileSync(path, 'd\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(wakes).toBeGreaterThan(before);
    expect(follower.read()).toBe('d\n');
  });

  it('behind a symbolic link that leads elsewhere now', async () => {
    const directory = scratch({ 'data/one': 'a\n', 'data/two': 'x\ny\n', 'logs/z': '' });
    const path = join(directory, 'logs/x.log');
    symlinkSync('../data/one', path);
    const follower = await follow([path]);
    expect(follower.read()).toBe('a\n');
    appendFileSync(join(directory, 'data/one'), 'b\n');
    rmSync(path);
    symlinkSync('../data/two', path);
    expect(follower.look()).toBe('b\nx\ny\n');
    // Rotated where the link leads to.
    renameSync(join(directory, 'data/two'), join(directory, 'data/two.2'));
    writeFileSync(join(directory, 'data/two.1'), 'between\n');
    writeFileSync(join(directory, 'data/two'), 'new\n');
    expect(follower.look()).toBe('between\nnew\n');
  });

  it('under two names is followed once', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    symlinkSync('x.log', join(directory, 'y.log'));
    const follower = await follow([join(directory, '*.log')]);
    expect(follower.look()).toBe('a\n');
    expect(follower.problems().join()).toMatch(/the same log as .*x\.log/);
  });

  it('that is no log is refused and looked at again', async () => {
    const directory = scratch({ 'x.log': Buffer.from('\x7fELF\0\0\0\0') });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    expect(follower.look()).toBe('');
    expect(follower.state()).toMatchObject({ state: 'unreadable', problems: [{ what: 'a program' }] });
    writeFileSync(path, 'a line\n');
    expect(follower.look()).toBe('a line\n');
    expect(follower.state()).toMatchObject({ state: 'followed', problems: [] });
  });

  it('that may not be read is read once it may', async (test) => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    chmodSync(path, 0);
    const allow = (mode: number): void => as(0, () => chmodSync(path, mode));
    if (process.geteuid?.() === 0) {
      chmodSync(directory, 0o777);
      onTestFinished(() => process.seteuid?.(0));
      process.seteuid?.(65_534);
    }
    if (!isRefused(path)) {
      console.warn('SKIPPED: an unreadable log needs a user who may not read everything');
      return test.skip();
    }
    const follower = await follow([path]);
    expect(follower.look()).toBe('');
    expect(follower.state()).toMatchObject({ state: 'unreadable', problems: [{ what: 'no permission to read it' }] });
    allow(0o644);
    expect(follower.look()).toBe('a\n');
    expect(follower.state()).toMatchObject({ state: 'followed', problems: [] });
    // After a rotation the new file is not readable: the old one is read on.
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'c\n');
    chmodSync(path, 0);
    as(0, () => appendFileSync(`${path}.1`, 'b\n'));
    expect(follower.look()).toBe('b\n');
    expect(follower.state()?.state).toBe('unreadable');
    allow(0o644);
    expect(follower.look()).toBe('c\n');
    // The whole folder.
    as(0, () => chmodSync(directory, 0));
    expect(follower.look()).toBe('');
    expect(follower.problems()).toEqual(['no permission to read it']);
    as(0, () => chmodSync(directory, 0o777));
    expect(follower.look()).toBe('');
    expect(follower.problems()).toEqual([]);
  });
});

/** Acts as another user, where we are one who may. */
function as(user: number, act: () => void): void {
  const own = process.geteuid?.();
  if (process.getuid?.() === 0) process.seteuid?.(user);
  try {
    act();
  } finally {
    if (process.getuid?.() === 0 && own !== undefined) process.seteuid?.(own);
  }
}

function isRefused(path: string): boolean {
  try {
    readFileSync(path);
    return false;
  } catch {
    return true;
  }
}
