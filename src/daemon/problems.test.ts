import { expect, it } from 'vitest';
import type { Log } from '../base/log.ts';
import { silentLog } from '../base/log.ts';
import { Problems } from './problems.ts';

function problems() {
  const said: string[] = [];
  let now = 1_000;
  const log: Log = {
    ...silentLog,
    error: (text) => void said.push(`error ${text}`),
    warn: (text) => void said.push(`warn ${text}`),
    info: (text) => void said.push(`info ${text}`),
  };
  return { said, made: new Problems({ log, clock: () => now++ }) };
}

it('says a problem once, anew when it changes, and when it is mended; the worst stands first', () => {
  const { said, made } = problems();
  made.raise('log:a', 'warning', { where: 'a', what: 'is silent' });
  for (let i = 0; i < 3; i++) made.raise('ledger', 'error', { where: 'l', what: 'the disk is full' });
  made.raise('ledger', 'error', { where: 'l', what: 'permission denied', hint: 'chown' });
  expect(made.list()).toEqual([
    { where: 'l', what: 'permission denied', hint: 'chown', severity: 'error', since: '1970-01-01T00:00:01.001Z' },
    { where: 'a', what: 'is silent', severity: 'warning', since: '1970-01-01T00:00:01.000Z' },
  ]);
  expect([made.clear('ledger'), made.clear('ledger'), made.has('log:a')]).toEqual([true, false, true]);
  expect(said).toEqual([
    'warn a: is silent',
    'error l: the disk is full',
    'error l: permission denied (chown)',
    'info mended: l: permission denied',
  ]);
});

it('replaces those of a sort, and leaves the others alone', () => {
  const { made } = problems();
  made.raise('ledger', 'error', { what: 'full' });
  made.replace(
    'log:',
    'warning',
    new Map([
      ['a', { what: 'a' }],
      ['b', { what: 'b' }],
    ]),
  );
  made.replace(
    'log:',
    'warning',
    new Map([
      ['b', { what: 'b' }],
      ['c', { what: 'c' }],
    ]),
  );
  expect(made.list().map(({ what }) => what)).toEqual(['full', 'b', 'c']);
});

it('has a limit', () => {
  const { made } = problems();
  for (let i = 0; i < 2_000; i++) made.raise(`${i}`, 'warning', { what: `${i}` });
  expect(made.list().length).toBe(1_000);
});
