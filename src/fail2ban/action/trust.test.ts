import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { distrust, type FileFacts, systemTrust } from './trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-trust-'));
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = { uid: 0, gid: 0, mode: 0o100644 };

function whatOf(file: Partial<FileFacts>, above: Partial<FileFacts> = {}): string[] {
  const given = new Map([
    ['/f/a.conf', file],
    ['/f', above],
  ]);
  const stat = (path: string): FileFacts => ({ ...GOOD, ...given.get(path) });
  const resolve = (path: string): string => path;
  return distrust(['/f/a.conf'], { uid: 1_000, stat, resolve }).map(({ where, what }) => `${where}: ${what}`);
}

it.each<[Partial<FileFacts>, string]>([
  [{ uid: 1_001 }, 'it belongs to user 1001'],
  [{ mode: 0o100646 }, 'everybody may write it'],
  [{ mode: 0o100664, gid: 50 }, 'the members of group 50 may write it'],
])('a file is not run that others may write: %j', (facts, why) => {
  expect(whatOf(facts)).toEqual([`/f/a.conf: its commands are not run: ${why}`]);
  expect(whatOf({}, facts)).toEqual([`/f: its commands are not run: ${why}`]);
});

it.each<Partial<FileFacts>>([{}, { uid: 1_000 }, { mode: 0o100664 }])(
  'a file of root or of our own is run: %j',
  (facts) => {
    expect(whatOf(facts)).toEqual([]);
  },
);

it('a folder in which everybody may make files, and move only their own, is no danger', () => {
  expect(whatOf({}, { mode: 0o041777 })).toEqual([]);
});

it('a link is as good as where it leads', () => {
  const stat = (path: string): FileFacts => ({ ...GOOD, uid: path === '/home/u' ? 1_001 : 0 });
  const trust = { uid: 0, stat, resolve: () => '/home/u/a.conf' };
  expect(distrust(['/f/a.conf'], trust).map(({ where }) => where)).toEqual(['/home/u']);
});

it('a file on the disk', () => {
  const path = join(folder, 'a.conf');
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  expect(distrust([path], systemTrust)).toEqual([]);
  chmodSync(path, 0o666);
  expect(distrust([path], systemTrust)).toMatchObject([{ where: path }]);
  expect(distrust([join(folder, 'none')], systemTrust)).toMatchObject([{ what: expect.stringContaining('ENOENT') }]);
});
