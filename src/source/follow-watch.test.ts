/** Events of folders, and what happens when there are none to be had. */
import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FolderWatches } from './follow-watch.ts';
import { scratch } from './testing.ts';

it('tells what was written and what was renamed, of the folders that it was given last', async () => {
  const directory = scratch({ 'a/x.log': '', 'b/y.log': '' });
  const heard: string[] = [];
  const watches = new FolderWatches((folder, name, renamed) => {
    heard.push(`${folder.slice(-1)} ${name ?? ''} ${renamed}`);
  });
  onTestFinished(() => watches.close());
  watches.set(new Set([join(directory, 'a'), join(directory, 'b'), join(directory, 'none')]));
  appendFileSync(join(directory, 'a/x.log'), 'line\n');
  renameSync(join(directory, 'b/y.log'), join(directory, 'b/z.log'));
  while (heard.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(new Set(heard)).toEqual(new Set(['a x.log false', 'b y.log true', 'b z.log true']));
  watches.set(new Set([join(directory, 'b')]));
  appendFileSync(join(directory, 'a/x.log'), 'line\n');
  appendFileSync(join(directory, 'b/z.log'), 'line\n');
  while (heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(heard.at(-1)).toBe('b z.log false');
});

it.each([
  ['ENOSPC', /limit of file watches is reached: new lines are noticed once a second only/],
  ['EMFILE', /limit of watching programs is reached/],
  ['EPERM', /cannot be watched \(EPERM\)/],
])('says that there are no events: %s', (code, what) => {
  const directory = scratch();
  const watches = new FolderWatches(
    () => undefined,
    () => {
      throw Object.assign(new Error(code), { code });
    },
  );
  watches.set(new Set([directory, join(directory, 'none')]));
  expect(watches.problemOf(directory)?.what).toMatch(what);
  expect(watches.problemOf(join(directory, 'none'))).toBeUndefined();
});
