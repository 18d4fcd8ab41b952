import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatProblem } from '../base/problem.ts';
import { diskTree } from './config/file-tree.ts';
import { type IgnoreFile, IgnoreFiles } from './ignore-files.ts';

let folder = '';
let now = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapsheet-ignore-'));
  now = 1_000_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string | Buffer): void {
  writeFileSync(join(folder, 'list'), text);
}

function opened(clock: (() => number) | undefined = () => now): { list: IgnoreFile; files: IgnoreFiles } {
  const files = new IgnoreFiles({ tree: diskTree, clock });
  return { list: files.at(`//${folder}/list`), files };
}

function texts({ entries }: IgnoreFile): string[] {
  return entries.map(({ network }) => network.text);
}

it('sees what is added and taken away, and looks once a second', () => {
  write('# the office\n203.0.113.0/24, 192.0.2.1 ; more\n');
  const { list, files } = opened();
  const first = list.entries;
  expect(texts(list)).toEqual(['203.0.113.0/24', '192.0.2.1']);
  write('203.0.113.0/24 2001:db8::7\n');
  now += 999;
  expect(list.entries).toBe(first);
  now += 1;
  expect(texts(list)).toEqual(['203.0.113.0/24', '2001:db8::7']);
  expect(files.at(`${folder}/list`)).toBe(list);
  expect(files.problems()).toEqual([]);
});

it('reads it once where there is no clock', () => {
  write('192.0.2.1\n');
  const files = new IgnoreFiles({ tree: diskTree });
  const list = files.at(`${folder}/list`);
  write('192.0.2.2 192.0.2.3\n');
  expect(texts(list)).toEqual(['192.0.2.1']);
});

it.each([
  ['is gone', undefined, 'ignoreip: the list cannot be read: there is no such file'],
  ['is no text', Buffer.from([0xff, 0xfe, 0x31]), 'ignoreip: the list cannot be read: not UTF-8 (byte 0xff)'],
  ['is too large', Buffer.alloc((1 << 20) + 1, 32), 'ignoreip: the list cannot be read: larger than 1048576 bytes'],
  ['is cut short', '192.0.2.1\n203.0.1', 'ignoreip: "203.0.1" is no address'],
  ['has a network that is none', '192.0.2.9 192.0.2.0/77', 'ignoreip: "192.0.2.0/77" is no address'],
])('keeps the last good list when the file %s, and says so until it is mended', (_, text, what) => {
  write('192.0.2.1 192.0.2.2\n');
  const { list, files } = opened();
  let heard = 0;
  files.listen(() => heard++);
  if (text === undefined) rmSync(join(folder, 'list'));
  else write(text);
  now += 1_000;
  expect(texts(list)).toEqual(['192.0.2.1', '192.0.2.2']);
  expect(files.problems().map(formatProblem)).toEqual([
    `${folder}/list: ${what} (whom the list named before is spared, and nobody else)`,
  ]);
  write('192.0.2.3\n');
  now += 1_000;
  expect(texts(list)).toEqual(['192.0.2.3']);
  expect(files.problems()).toEqual([]);
  expect(heard).toBe(2);
});

it('begins without a file, or with what can be read of it', () => {
  const { list, files } = opened();
  expect(texts(list)).toEqual([]);
  expect(files.problems()).toMatchObject([{ hint: 'whom it names may be banned' }]);
  write('192.0.2.1 203.0.1 host.example\n');
  now += 1_000;
  expect(texts(list)).toEqual(['192.0.2.1']);
  expect(files.problems().map(({ what }) => what)).toEqual([
    'ignoreip: "203.0.1" is no address',
    'ignoreip: names are not looked up, so "host.example" spares nobody',
  ]);
});
