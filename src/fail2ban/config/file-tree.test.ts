import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskTree, memoryTree } from './file-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-tree-'));
const files = { [join(folder, 'b.conf')]: 'text ü', [join(folder, 'd/a.conf')]: 'inside' };

beforeAll(() => {
  mkdirSync(join(folder, 'd'));
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['diskTree', diskTree],
  ['memoryTree', memoryTree(files)],
])('%s', (_, tree) => {
  it('reads files and lists folders', () => {
    expect(tree.read(join(folder, 'b.conf'))).toEqual({ text: 'text ü' });
    expect(tree.read(join(folder, 'none'))).toEqual({ missing: true });
    expect(tree.read(join(folder, 'b.conf', 'none'))).toEqual({ missing: true });
    expect(tree.read(join(folder, 'd'))).toEqual({ missing: true });
    expect(tree.list(folder)).toEqual(['b.conf', 'd']);
    expect(tree.list(join(folder, 'none'))).toEqual([]);
  });
});

describe('diskTree', () => {
  it('stamps what is in a file, and whether there is one', () => {
    const path = join(folder, 'list');
    const stamps = new Set([diskTree.stamp(path)]);
    for (const text of ['a', 'ab', 'ac']) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
      stamps.add(diskTree.stamp(path));
    }
    expect(diskTree.stamp(path)).toBe(diskTree.stamp(path));
    expect(stamps.size).toBe(4);
    rmSync(path);
  });

  it('tells why it cannot read', () => {
    const path = join(folder, 'latin1.conf');
    writeFileSync(path, Buffer.from('[a]\nx = gr\xfc\xdfe\n', 'latin1'));
    expect(diskTree.read(path)).toEqual({ fault: 'not UTF-8 (byte 0xfc)', at: '2:7' });
    writeFileSync(path, Buffer.alloc((1 << 20) + 1));
    chmodSync(path, 0o600);
    expect(diskTree.read(path)).toEqual({ fault: 'larger than 1048576 bytes' });
    rmSync(path);
  });
});
