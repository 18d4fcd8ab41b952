import { afterEach, expect, it, vi } from 'vitest';
import { outputShape, progressLine } from './terminal.ts';

const file = { host: 'web1', path: 'auth.log', modified: 0 };

it('progressLine() tells share, rate, time left and file', () => {
  const line = progressLine({ file, bytesRead: 50e6, bytesTotal: 200e6, filesDone: 1, filesTotal: 3 }, 500);
  expect(line).toBe(`${'█'.repeat(6).padEnd(24)}  25%  100 MB/s  2 s left  1/3 files  auth.log`);
});

it('progressLine() promises no end where none is known', () => {
  const line = progressLine({ file, bytesRead: 50e6, bytesTotal: 0, filesDone: 0, filesTotal: 1 }, 0);
  expect(line).not.toContain('left');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([
  ['', '', 'de_DE.UTF-8', false],
  ['', '', 'C.utf8', false],
  ['', '', '', true],
  ['C', '', 'de_DE.UTF-8', true],
  ['', 'POSIX', 'de_DE.UTF-8', true],
  ['', '', 'de_DE.ISO-8859-1', true],
])('outputShape() of LC_ALL=%s LC_CTYPE=%s LANG=%s: only ASCII is %s', (all, type, language, ascii) => {
  vi.stubEnv('LC_ALL', all);
  vi.stubEnv('LC_CTYPE', type);
  vi.stubEnv('LANG', language);
  expect(outputShape().ascii).toBe(ascii);
});

it('outputShape() of a file has neither colors nor a locale', () => {
  vi.stubEnv('LC_ALL', 'C');
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('FORCE_COLOR', '1');
  expect(outputShape()).toMatchObject({ color: true, ascii: true });
  expect(outputShape('file')).toMatchObject({ color: false, ascii: false });
});
