import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../base/problem.ts';
import { findLogs, type SourceOptions } from './source.ts';
import { readAll, scratch, textOf } from './testing.ts';

/** Finds and names everything relative to the folder. */
async function found(directory: string, paths: readonly string[], options: SourceOptions = {}) {
  const absolute = paths.map((path) => (path === '-' ? path : join(directory, path)));
  const { series, skipped } = await findLogs([{ host: 'web1', paths: absolute }], options);
  const short = (path: string): string => path.slice(directory.length + 1);
  return {
    series,
    names: series.map(({ name }) => short(name)),
    files: series.map(({ files }) => files.map(({ path }) => short(path))),
    skipped: new Map(skipped.map(({ path, reason }) => [short(path), reason.replaceAll(`${directory}/`, '')])),
  };
}

describe('findLogs()', () => {
  it('makes one series of a log and its rotated parts, oldest first', async () => {
    const directory = scratch({
      'auth.log': 'five\n',
      'auth.log.1': 'four\n',
      'auth.log.2.gz': gzipSync('three\n'),
      'auth.log.10.gz': gzipSync('two\n'),
      'auth.log.11': 'one\n',
      'nginx/access.log-20241002.gz': gzipSync('a\n'),
      'nginx/access.log-20241003': 'b\n',
      'nginx/access.log': 'c\n',
    });

    const { series, names, files } = await found(directory, ['']);

    expect(names).toEqual(['auth.log', 'nginx/access.log']);
    expect(files[0]).toEqual(['auth.log.11', 'auth.log.10.gz', 'auth.log.2.gz', 'auth.log.1', 'auth.log']);
    expect(await Promise.all(series.map(textOf))).toEqual(['one\ntwo\nthree\nfour\nfive\n', 'a\nb\nc\n']);
  });

  it('joins parts that a shell listed, and keeps hosts and folders apart', async () => {
    const directory = scratch({ 'a/x.log': '1\n', 'a/x.log.1': '2\n', 'b/x.log': '3\n' });
    const paths = ['a/x.log.1', 'a/x.log', 'b/x.log'].map((path) => join(directory, path));

    const { series } = await findLogs([
      { host: 'web1', paths },
      { host: 'web2', paths: paths.slice(0, 1) },
    ]);

    expect(series.map(({ host, files }) => [host, files.length])).toEqual([
      ['web1', 2],
      ['web1', 1],
      ['web2', 1],
    ]);
    expect(series[2]?.name).toBe(join(directory, 'a/x.log'));
  });

  it('leaves out what is no log and says why', async () => {
    const directory = scratch({
      'auth.log': 'a line\n',
      wtmp: '',
      'user.journal': '',
      'old.log.xz': Buffer.from('fd377a585a0000', 'hex'),
      'logs.tar.gz': gzipSync(Buffer.concat([Buffer.alloc(257, 'n'), Buffer.from('ustar\0')])),
      'app.db': 'SQLite format 3\0',
      'utf16.log': Buffer.from('\ufeffline\n', 'utf16le'),
      data: Buffer.alloc(100, 1),
      '.hidden': 'x\n',
    });
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    symlinkSync('nowhere', join(directory, 'dangling'));

    const { files, skipped } = await found(directory, ['']);

    expect(files).toEqual([['auth.log']]);
    expect(Object.fromEntries(skipped)).toEqual({
      wtmp: 'a login record, not a log of lines',
      'user.journal': 'a journal of systemd',
      'old.log.xz': 'xz-compressed',
      'logs.tar.gz': 'a tar archive',
      'app.db': 'an SQLite database',
      'utf16.log': 'UTF-16',
      data: 'binary, not a log',
      '.hidden': 'hidden',
      pipe: 'neither a file nor a directory',
      dangling: 'there is no such file or directory',
    });
  });

  it('reads a log once, whatever its names', async () => {
    const rotated = 'rotated\n'.repeat(1000);
    const directory = scratch({
      'x.log': 'new\n',
      'x.log.1': rotated,
      'x.log.1.gz': gzipSync(rotated),
      'backup/x.log.1': rotated,
      'site-a.log': 'the same request to both sites\n',
      'site-b.log': 'the same request to both sites\n',
      'empty-a.log': '',
      'empty-b.log': '',
    });
    symlinkSync('x.log', join(directory, 'current.log'));

    const { names, files, skipped } = await found(directory, ['', 'x.log']);

    expect(names).toEqual(['empty-a.log', 'empty-b.log', 'site-a.log', 'site-b.log', 'x.log']);
    expect(files.flat().filter((path) => path.includes('x.log'))).toEqual(['x.log.1', 'x.log']);
    expect(Object.fromEntries(skipped)).toEqual({
      'backup/x.log.1': 'the same log as x.log.1',
      'x.log.1.gz': 'the same log as x.log.1',
      'current.log': 'the same log as x.log',
    });
  });

  it('follows symbolic links to folders, and into no circle', async () => {
    const directory = scratch({ 'a/x.log': '1\n', 'elsewhere/y.log': '2\n' });
    symlinkSync('..', join(directory, 'a/up'));
    symlinkSync(join(directory, 'elsewhere'), join(directory, 'a/there'));
    symlinkSync('self', join(directory, 'a/self'));

    const { files, skipped } = await found(directory, ['a']);

    expect(files.flat().sort()).toEqual(['a/there/y.log', 'a/x.log']);
    expect(skipped.get('a/self')).toBe('its symbolic links go in a circle');
    expect([...skipped.values()].filter((reason) => reason.startsWith('the same folder as'))).toHaveLength(2);
  });

  it('goes eight folders deep', async () => {
    const directory = scratch({ '1/2/3/4/5/6/7/8/x.log': 'x\n', '1/2/3/4/5/6/7/8/9/y.log': 'y\n' });

    const { files, skipped } = await found(directory, ['']);

    expect(files).toEqual([['1/2/3/4/5/6/7/8/x.log']]);
    expect(skipped.get('1/2/3/4/5/6/7/8/9')).toBe('more than 8 folders deep');
  });

  const globs: ReadonlyArray<readonly [pattern: string, expected: readonly string[]]> = [
    ['*.log', ['a.log', 'b.log']],
    ['?.log', ['a.log', 'b.log']],
    ['[!a].log', ['b.log']],
    ['{a,z}.log', ['a.log']],
    ['*/c.log', ['sub/c.log']],
    ['**/*.log', ['a.log', 'b.log', 'sub/c.log', 'sub/deep/d.log']],
    ['**/deep/*', ['sub/deep/d.log']],
    ['sub/**', ['sub/c.log', 'sub/deep/d.log']],
    ['s*', ['sub/c.log', 'sub/deep/d.log']],
    ['sub/{c,deep/d}.log', ['sub/c.log', 'sub/deep/d.log']],
    ['odd[1].log', ['odd[1].log']],
  ];
  it.each(globs)('takes the glob %s', async (pattern, expected) => {
    const names = ['a.log', 'b.log', 'sub/c.log', 'sub/deep/d.log', 'odd[1].log'];
    const directory = scratch(Object.fromEntries(names.map((name) => [name, `${name}\n`])));

    const { files } = await found(directory, [pattern]);

    expect(
      files
        .flat()
        .sort()
        .filter((path) => pattern.startsWith('odd') || !path.startsWith('odd')),
    ).toEqual(expected);
  });

  const refused: ReadonlyArray<readonly [path: string, status: number, what: RegExp]> = [
    ['missing.log', 66, /there is no such file or directory/],
    ['auth.lof', 66, /did you mean auth\.log\?/],
    ['auth.log/x', 66, /a part of the path is a file/],
    ['circle', 66, /go in a circle/],
    ['n'.repeat(300), 66, /too long/],
    ['*.nothing', 66, /there is no log/],
    ['empty', 66, /there is no log/],
    ['pictures', 66, /there is no log \(1 left out, the first: .*a\.png: a picture\)/],
    ['pictures/a.png', 65, /a picture/],
    ['x.xz', 65, /xz-compressed \(xz -dc FILE \| rapsheet replay -\)/],
    ['utf16', 65, /UTF-16/],
  ];
  it.each(refused)('refuses %s, when it is named, with %d', async (path, status, what) => {
    const directory = scratch({
      'auth.log': 'x\n',
      'pictures/a.png': Buffer.from('89504e47', 'hex'),
      'x.xz': Buffer.from('fd377a585a00', 'hex'),
      utf16: Buffer.from('\ufeffx', 'utf16le'),
    });
    mkdirSync(join(directory, 'empty'));
    symlinkSync('circle', join(directory, 'circle'));

    const refusal = await found(directory, [path]).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(ProblemError);
    expect(refusal).toMatchObject({ status, message: expect.stringMatching(what) });
  });

  it('refuses a socket with 65', async () => {
    const directory = scratch();
    const server = createServer().listen(join(directory, 'socket'));
    await once(server, 'listening');

    const refusal = await found(directory, ['socket']).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ status: 65, problems: [{ what: 'neither a file nor a directory nor a pipe' }] });
    server.close();
  });

  it('tells of all problems at once, and escapes what is in a name', async () => {
    const refusal = await found(scratch(), ['a', 'b\x1b[2J']).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ problems: [{}, { where: expect.stringContaining('b\\x1b[2J') }] });
  });

  it('reads standard input and refuses what is no log there', async () => {
    const standardInput = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one\ntw');
      yield Buffer.from('o\n');
    };
    const { series } = await findLogs([{ host: 'web1', paths: ['-'] }], {
      standardInput: standardInput(),
      clock: () => 5,
    });

    expect(series[0]).toMatchObject({ name: '-', size: 0, files: [{ host: 'web1', path: '-', modified: 5 }] });
    expect(series[0] && (await textOf(series[0]))).toBe('one\ntwo\n');

    const binary = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from([0x7f]);
      yield Buffer.from('ELF');
    };
    const refusal = await findLogs([{ host: 'web1', paths: ['-'] }], { standardInput: binary() }).catch(
      (e: unknown) => e,
    );
    expect(refusal).toMatchObject({ status: 65 });
  });

  it('refuses standard input for a second host', async () => {
    const standardInput = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one\n');
    };
    const requests = ['web1', 'web2'].map((host) => ({ host, paths: ['-'] }));

    const refusal = await findLogs(requests, { standardInput: standardInput() }).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ status: 64, problems: [{ what: 'standard input can be read once only' }] });
  });

  it('reads a named pipe', async () => {
    const directory = scratch();
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    const writing = writeFile(join(directory, 'pipe'), gzipSync('through a pipe\n'));

    const { series } = await found(directory, ['pipe']);

    expect(series[0] && (await textOf(series[0]))).toBe('through a pipe\n');
    await writing;
  });

  it('dates a file by its modification, a gzip file by its header', async () => {
    const packed = gzipSync('x\n');
    packed.writeUInt32LE(1_700_000_000, 4);
    const directory = scratch({ 'a.log': 'x\n', 'b.log.1.gz': packed, 'c.log.1.gz': gzipSync('y\n') });
    for (const name of ['a.log', 'b.log.1.gz', 'c.log.1.gz']) utimesSync(join(directory, name), 9, 9);

    const { series } = await found(directory, ['']);

    expect(series.flatMap(({ files }) => files.map(({ modified }) => modified))).toEqual([
      9000, 1_700_000_000_000, 9000,
    ]);
  });

  it('finds the logs in a folder of a thousand files', async () => {
    const files = Array.from({ length: 1000 }, (_, i) => [`site-${i}/access.log`, `line of ${i}\n`]);
    const directory = scratch(Object.fromEntries(files));
    const reports: Array<readonly [number, number]> = [];
    const onProgress: SourceOptions['onProgress'] = ({ filesDone, filesTotal }) =>
      reports.push([filesDone, filesTotal]);

    const { series } = await found(directory, [''], { onProgress });

    expect(series).toHaveLength(1000);
    expect((await readAll(series)).size).toBe(1000);
    expect(reports.at(-1)).toEqual([1000, 1000]);
  });
});
