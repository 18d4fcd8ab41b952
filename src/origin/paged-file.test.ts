import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DamagedData, PagedFile } from './paged-file.ts';
import { problemOf, scratch } from './testing/scratch.ts';

const files = scratch();
/** Three times what the pages hold, so that they are driven out and read again. */
const content = Buffer.from(Uint8Array.from({ length: 3 * 128 * 4096 + 77 }, (_, i) => (i * 31 + (i >> 12)) & 255));

describe('PagedFile', () => {
  it('reads the same as from memory, at any offset and in any order', () => {
    const file = new PagedFile(files.write('content', content));
    const place = fc.tuple(fc.nat(content.length - 10_000), fc.integer({ min: 1, max: 6 }), fc.nat(10_000));
    fc.assert(
      fc.property(fc.array(place, { maxLength: 50 }), (places) => {
        for (const [offset, length, many] of places) {
          expect(file.uint(offset, length)).toBe(content.readUIntBE(offset, length));
          expect(file.bytes(offset, many).equals(content.subarray(offset, offset + many))).toBe(true);
        }
      }),
    );
    file.close();
  });

  it('reads integers across the ends of pages, and up to the end of the file', () => {
    const file = new PagedFile(files.write('content', content));
    for (const offset of [4093, 4094, 4095, 4096, content.length - 4]) {
      expect(file.uint(offset, 4)).toBe(content.readUInt32BE(offset));
    }
    expect(file.uint(content.length - 1, 1)).toBe(content.at(-1));
    file.close();
  });

  it.each([
    [-1, 1],
    [content.length, 1],
    [content.length - 3, 4],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
    [2 ** 60, 4],
    [0, 2 ** 50],
  ])('refuses to read outside of the file, at %d %d bytes', (offset, length) => {
    const file = new PagedFile(files.write('content', content));
    expect(() => file.uint(offset, length)).toThrow(DamagedData);
    expect(() => file.bytes(offset, length)).toThrow(DamagedData);
    file.close();
  });

  it('notices that the file became shorter', () => {
    const path = files.write('shrinking', content);
    const file = new PagedFile(path);
    expect(file.uint(0, 1)).toBe(content[0]);
    truncateSync(path, 5000);
    expect(() => file.uint(content.length - 1, 1)).toThrow(DamagedData);
    expect(() => file.uint(4097, 1)).toThrow(DamagedData);
    file.close();
  });

  it('reads nothing after it was closed, not even what it held', () => {
    const file = new PagedFile(files.write('content', content));
    file.uint(0, 4);
    file.close();
    file.close();
    expect(() => file.uint(0, 4)).toThrow(DamagedData);
  });

  it.each([
    ['a file that is not there', () => join(files.folder, 'absent'), 66, 'absent: there is no such file'],
    ['a folder', () => files.folder, 65, ': not a regular file'],
    ['a path through a file', () => join(files.write('plain', ''), 'x'), 66, 'plain/x: there is no such file'],
    ['a named pipe', () => namedPipe(), 65, 'pipe: not a regular file'],
  ])('refuses %s', (_, path, status, text) => {
    const problem = problemOf(() => new PagedFile(path()), files.folder);
    expect(problem.status).toBe(status);
    expect(problem.text.endsWith(text)).toBe(true);
  });
});

function namedPipe(): string {
  const path = join(files.folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}
