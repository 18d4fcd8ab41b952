import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceFile, StagedFiles } from './staged-files.ts';
import { scratch } from './testing.ts';

const isRoot = process.getuid?.() === 0;
const SOMEBODY = 12_345;

function put(path: string, text = 'the old one\n'): string {
  writeFileSync(path, text);
  return path;
}

/** A node of our own: as root, a mistake with /dev/full would be one for the whole machine. */
function device(path: string, minor: number): string {
  execFileSync('mknod', [path, 'c', '1', String(minor)]);
  return path;
}

describe('a file', () => {
  it('is replaced with its mode, and nothing is left beside it', () => {
    const folder = scratch();
    const path = put(join(folder, 'x.html'));
    chmodSync(path, 0o604);

    replaceFile(path, ['a', Buffer.from('b')]);

    expect(readFileSync(path, 'utf8')).toBe('ab');
    expect(statSync(path).mode & 0o777).toBe(0o604);
    expect(readdirSync(folder)).toEqual(['x.html']);
  });

  it.skipIf(!isRoot)('stays whose it was', () => {
    const path = put(join(scratch(), 'x.html'));
    chownSync(path, SOMEBODY, SOMEBODY);

    replaceFile(path, ['new']);

    expect([statSync(path).uid, statSync(path).gid]).toEqual([SOMEBODY, SOMEBODY]);
  });

  it('is not written through what somebody planted beside it', () => {
    const folder = scratch();
    const precious = put(join(folder, 'precious'));
    symlinkSync(precious, join(folder, 'x.html.part'));

    replaceFile(join(folder, 'x.html'), ['new']);

    expect(readFileSync(precious, 'utf8')).toBe('the old one\n');
    expect(readFileSync(join(folder, 'x.html'), 'utf8')).toBe('new');
  });

  it('is replaced where its link leads, and the link stays', () => {
    const folder = scratch();
    mkdirSync(join(folder, 'data'));
    const target = put(join(folder, 'data', 'x.html'));
    const link = join(folder, 'link.html');
    symlinkSync(target, link);

    replaceFile(link, ['new']);

    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['data', 'link.html']);
  });

  it.skipIf(!isRoot)('is not written where another user’s link leads, in a folder where all may write', () => {
    const folder = scratch();
    const precious = put(join(folder, 'precious'));
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    const link = join(shared, 'x.html');
    symlinkSync(precious, link);
    execFileSync('chown', ['-h', String(SOMEBODY), link]);

    expect(() => replaceFile(link, ['new'])).toThrow(
      expect.objectContaining({ status: 77, message: expect.stringContaining('another user’s') }),
    );
    expect(readFileSync(precious, 'utf8')).toBe('the old one\n');
  });
});

describe('what is no regular file', () => {
  it.skipIf(!isRoot)('a device takes it, and stays a device', () => {
    const path = device(join(scratch(), 'null'), 3);

    replaceFile(path, ['text']);

    expect(lstatSync(path).isCharacterDevice()).toBe(true);
  });

  it.skipIf(!isRoot)('a full device says that it is full, and stays a device', () => {
    const path = device(join(scratch(), 'full'), 7);

    expect(() => replaceFile(path, ['text'])).toThrow(
      expect.objectContaining({ status: 69, message: `${path}: the disk is full` }),
    );
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
  });

  it('a pipe is read at its other end', async () => {
    const path = join(scratch(), 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    reader.stdout.on('data', (piece) => {
      text += piece;
    });
    const ended = new Promise((resolve) => reader.on('close', resolve));

    replaceFile(path, ['through ', 'it']);
    await ended;

    expect(text).toBe('through it');
    expect(lstatSync(path).isFIFO()).toBe(true);
  });
});

describe('what cannot be written', () => {
  it('names the file that stands where a folder is needed', () => {
    const file = put(join(scratch(), 'file'));
    for (const path of [join(file, 'x.html'), join(file, 'deeper', 'x.html')]) {
      expect(() => replaceFile(path, ['new'])).toThrow(
        expect.objectContaining({ status: 64, message: `${path}: ${file} is a file, not a folder` }),
      );
    }
    expect(readFileSync(file, 'utf8')).toBe('the old one\n');
  });

  it('is a folder, or is named like one', () => {
    const folder = scratch();
    for (const path of [folder, join(folder, 'new/')])
      expect(() => replaceFile(path, ['new'])).toThrow(
        expect.objectContaining({ status: 64, message: `${path}: is a folder (name a file in it)` }),
      );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is a link to nothing', () => {
    const link = join(scratch(), 'link');
    symlinkSync('nowhere', link);
    expect(() => replaceFile(link, ['new'])).toThrow(expect.objectContaining({ status: 66 }));
  });

  it('keeps all others as they were, and leaves nothing behind', () => {
    const folder = scratch();
    const first = put(join(folder, 'a.csv'));
    mkdirSync(join(folder, 'b.csv'));
    const staged = new StagedFiles();

    staged.add(first, ['new']);
    expect(() => staged.add(join(folder, 'b.csv'), ['new'])).toThrow('is a folder');
    staged.close();

    expect(readFileSync(first, 'utf8')).toBe('the old one\n');
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'b.csv']);
  });

  it('says how many are there when one cannot be put in its place', () => {
    const folder = scratch();
    const staged = new StagedFiles();
    staged.add(join(folder, 'a.csv'), ['new']);
    staged.add(join(folder, 'b.csv'), ['new']);
    mkdirSync(join(folder, 'b.csv'));

    expect(() => staged.commit()).toThrow(/b\.csv: .*; 1 of 2 files were written$/);
    staged.close();

    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'b.csv']);
  });

  it('is no fault of the disk when the pieces cannot be made', () => {
    const folder = scratch();
    function* broken(): Iterable<string> {
      yield 'a';
      throw new RangeError('ours');
    }
    expect(() => replaceFile(join(folder, 'x.html'), broken())).toThrow(RangeError);
    expect(readdirSync(folder)).toEqual([]);
  });
});
