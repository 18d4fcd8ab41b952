import { expect, it } from 'vitest';
import { progressLine } from './terminal.ts';

const file = { host: 'web1', path: 'auth.log', modified: 0 };

it('progressLine() tells share, rate, time left and file', () => {
  const line = progressLine({ file, bytesRead: 50e6, bytesTotal: 200e6, filesDone: 1, filesTotal: 3 }, 500);
  expect(line).toBe(`${'█'.repeat(6).padEnd(24)}  25%  100 MB/s  2 s left  1/3 files  auth.log`);
});

it('progressLine() promises no end where none is known', () => {
  const line = progressLine({ file, bytesRead: 50e6, bytesTotal: 0, filesDone: 0, filesTotal: 1 }, 0);
  expect(line).not.toContain('left');
});
