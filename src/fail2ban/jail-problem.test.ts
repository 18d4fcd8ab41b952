import { expect, it } from 'vitest';
import { gathered } from './jail-problem.ts';

const JAILS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

it('gathered() tells what comes from one place once, with the jails that it concerns', () => {
  const where = 'jail.local:2 [DEFAULT] ignoreip';
  const problems = JAILS.map((name) => ({ where, what: 'nobody', jails: [name] }));

  expect(gathered([...problems, { where: 'x', what: 'other' }])).toMatchObject([
    { where, what: 'nobody; in 7 jails: [a], [b], [c], [d], [e] and 2 more', jails: JAILS, reason: 'nobody' },
    { where: 'x', what: 'other' },
  ]);
});

it.each([
  [{ what: 'no', jails: ['a'], effect: 'skipped' }, 'jail [a] is skipped: no'],
  [{ what: 'no', jails: ['a'], effect: 'idle' }, 'jail [a] bans nobody: no'],
  [{ where: 'jail.local:2 [a] x', what: 'no', jails: ['a'] }, 'no'],
  [{ where: 'jail.local:2 [DEFAULT] x', what: 'no', jails: ['a'] }, 'no; in jail [a]'],
] as const)('gathered() names the jail where the place does not: %j', (problem, what) => {
  expect(gathered([problem])).toMatchObject([{ what }]);
});

it('gathered() names all jails that are skipped for one reason', () => {
  const problems = ['a', 'b'].map((name) => ({ what: 'no', jails: [name], effect: 'skipped' as const }));

  expect(gathered(problems)).toMatchObject([{ what: 'jails [a], [b] are skipped: no', effect: 'skipped' }]);
});
