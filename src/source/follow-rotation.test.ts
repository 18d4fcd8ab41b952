/** Following files: every way in which a log changes its file. */
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scratch } from './testing.ts';
import { follow, LONG, openIn } from './testing-follow.ts';

describe('rotation by rename', () => {
  it('reads the old file to its end, with lines that still come, then the new one', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    appendFileSync(path, 'last\n');
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'late\n');
    writeFileSync(path, 'new\n');
    expect(follower.look()).toBe('last\nlate\nnew\n');
    appendFileSync(`${path}.1`, 'later\n');
    appendFileSync(path, 'newer\n');
    expect(follower.look()).toBe('later\nnewer\n');
    expect(follower.positions().map(({ path: at }) => at)).toEqual([`${path}.1`, path]);
    expect(follower.problems()).toEqual([]);
  });

  it('closes the old file after a minute of silence', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.look();
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'b\n');
    follower.look();
    expect(openIn(directory)).toHaveLength(2);
    follower.clock.now += 59_000;
    appendFileSync(`${path}.1`, 'c\n');
    expect(follower.look()).toBe('c\n');
    follower.clock.now += 59_000;
    follower.look();
    expect(openIn(directory)).toHaveLength(2);
    follower.clock.now += 2_000;
    follower.look();
    expect(openIn(directory)).toEqual([path]);
  });

  it('keeps the old file as long as nothing is in the new one: nobody may have told the daemon', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.look();
    renameSync(path, `${path}.1`);
    writeFileSync(path, '');
    follower.look();
    follower.clock.now += 600_000;
    follower.look();
    appendFileSync(`${path}.1`, 'b\n');
    expect(follower.look()).toBe('b\n');
    unlinkSync(`${path}.1`);
    follower.clock.now += 600_000;
    follower.look();
    expect(openIn(directory)).toEqual([path]);
  });

  it.each([2, 5, 20])('loses nothing in %i rotations between two looks', async (rotations) => {
    const directory = scratch({ 'x.log': 'a 0\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    expect(follower.read()).toBe('a 0\n');
    let expected = '';
    for (let i = 1; i <= rotations; i++) {
      for (let turn = i; turn > 1; turn--) renameSync(`${path}.${turn - 1}`, `${path}.${turn}`);
      renameSync(path, `${path}.1`);
      writeFileSync(path, `b ${i}\nunfinished`);
      expected += `b ${i}\n`;
    }
    expect(follower.look()).toBe(expected);
    expect(follower.problems()).toEqual([]);
  });

  it('does not read compressed parts of what it has read', async () => {
    const directory = scratch({ 'x.log': LONG, 'x.log.1': 'history\n', 'x.log.2.gz': gzipSync('more history\n') });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    expect(follower.read()).toBe(LONG);
    renameSync(`${path}.2.gz`, `${path}.3.gz`);
    writeFileSync(`${path}.2.gz`, gzipSync(readFileSync(`${path}.1`)));
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(path)));
    unlinkSync(`${path}.1`);
    unlinkSync(path);
    writeFileSync(path, 'new\n');
    expect(await follower.settle()).toBe('new\n');
    expect(follower.problems()).toEqual([]);
  });

  it('follows a log whose files are dated from the start', async () => {
    const directory = scratch({ 'x-2024-10-01.log': 'old\n', 'x-2024-10-02.log': 'a\n' });
    const follower = await follow([join(directory, 'x-*.log')]);
    expect(follower.read()).toBe('a\n');
    appendFileSync(join(directory, 'x-2024-10-02.log'), 'b\n');
    writeFileSync(join(directory, 'x-2024-10-03.log'), 'c\n');
    expect(follower.look()).toBe('b\nc\n');
  });

  it('waits between the rename and the new file', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    renameSync(path, `${path}.1`);
    follower.look();
    expect(follower.state()?.state).toBe('waiting');
    appendFileSync(`${path}.1`, 'b\n');
    expect(follower.look()).toBe('b\n');
    renameSync(`${path}.1`, `${path}.2`);
    writeFileSync(`${path}.1`, 'never seen under its name\n');
    writeFileSync(path, 'c\n');
    expect(follower.look()).toBe('never seen under its name\nc\n');
  });

  it('knows a file that is renamed back', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    renameSync(path, join(directory, 'away'));
    follower.look();
    renameSync(join(directory, 'away'), path);
    appendFileSync(path, 'b\n');
    expect(follower.look()).toBe('b\n');
    expect(follower.state()?.state).toBe('followed');
    // And a copy of itself in its place, as an editor leaves it.
    writeFileSync(join(directory, 'copy'), readFileSync(path));
    renameSync(join(directory, 'copy'), path);
    appendFileSync(path, 'c\n');
    expect(follower.look()).toBe('c\n');
    expect(openIn(directory)).toEqual([path]);
  });
});

describe('truncation', () => {
  it('begins again, and says what may be lost', async () => {
    const directory = scratch({ 'x.log': LONG });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    truncateSync(path, 0);
    expect(follower.look()).toBe('');
    appendFileSync(path, 'new\n');
    expect(follower.look()).toBe('new\n');
    expect(follower.problems().join()).toMatch(/it was truncated, and no copy/);
    follower.clock.now += 3_600_000;
    expect(follower.problems()).toEqual([]);
  });

  it.each(['read', 'look'] as const)('is noticed when the log has grown beyond the old offset: %s', async (way) => {
    const directory = scratch({ 'x.log': 'short\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    writeFileSync(path, LONG);
    expect(follower[way]()).toBe(LONG);
  });

  it('loses nothing that is in the copy', async () => {
    const directory = scratch({ 'x.log': LONG, 'x.log.1': 'history\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    appendFileSync(path, 'not read before the copy\n');
    renameSync(`${path}.1`, `${path}.2`);
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, 'new\n');
    expect(follower.look()).toBe('not read before the copy\nnew\n');
    expect(follower.problems()).toEqual([]);
    // Again, and the copy is compressed before anybody looks.
    appendFileSync(path, 'second\n');
    renameSync(`${path}.2`, `${path}.3`);
    writeFileSync(`${path}.2.gz`, gzipSync(readFileSync(`${path}.1`)));
    unlinkSync(`${path}.1`);
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(path)));
    truncateSync(path, 0);
    expect(await follower.settle()).toBe('second\n');
    appendFileSync(path, 'third\n');
    expect(await follower.settle()).toBe('third\n');
    expect(follower.problems()).toEqual([]);
  });

  it('twice between two looks loses nothing that is in the copies', async () => {
    const directory = scratch({ 'x.log': 'a\n' });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    follower.read();
    appendFileSync(path, 'b\n');
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, 'c\n');
    renameSync(`${path}.1`, `${path}.2`);
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, 'd\n');
    expect(follower.look()).toBe('b\nc\nd\n');
  });

  it('passes over the hole that a truncation leaves under a daemon that does not append', async () => {
    const directory = scratch({ 'x.log': LONG.repeat(2) });
    const path = join(directory, 'x.log');
    const follower = await follow([path]);
    expect(follower.read()).toBe(LONG.repeat(2));
    truncateSync(path, 0);
    truncateSync(path, 2 * LONG.length);
    appendFileSync(path, 'behind the hole\nmore\n');
    const text = follower.look();
    expect(text.replaceAll('\0', '')).toBe('behind the hole\nmore\n');
    expect(text.length).toBeLessThan(65_600);
  });
});
