import { describe, expect, it } from 'vitest';
import { oldestFirst, rotationOf } from './rotation.ts';

describe('rotationOf()', () => {
  const cases: ReadonlyArray<readonly [name: string, base: string, by: 'nothing' | 'number' | 'date']> = [
    ['auth.log', 'auth.log', 'nothing'],
    ['auth.log.gz', 'auth.log', 'nothing'],
    ['auth.log.0', 'auth.log', 'number'],
    ['auth.log.1', 'auth.log', 'number'],
    ['auth.log.52.gz', 'auth.log', 'number'],
    ['auth.log.old', 'auth.log', 'number'],
    ['auth.log-20241003', 'auth.log', 'date'],
    ['auth.log-20241003.gz', 'auth.log', 'date'],
    ['auth.log-2024100312.gz', 'auth.log', 'date'],
    ['auth.log-20241003-1727906400', 'auth.log', 'date'],
    ['access.log-2024-10-03', 'access.log', 'date'],
    ['access.log.2024-10-03.gz', 'access.log', 'date'],
    ['access_2024-10-03.log', 'access.log', 'date'],
    ['access-20241003.log.gz', 'access.log', 'date'],
    ['secure', 'secure', 'nothing'],
    ['2024-10-03.log', '2024-10-03.log', 'nothing'],
    ['build-20249903', 'build-20249903', 'nothing'],
    ['build-20240003', 'build-20240003', 'nothing'],
    ['app-12345678.log', 'app-12345678.log', 'nothing'],
    ['203.0.113.7', '203.0.113.7', 'nothing'],
    ['203.0.113.7.1', '203.0.113.7', 'number'],
    ['port.12345', 'port.12345', 'nothing'],
    ['.old', '.old', 'nothing'],
    ['php8.2-fpm.log', 'php8.2-fpm.log', 'nothing'],
  ];
  it.each(cases)('%s is of %s, by %s', (name, base, by) => {
    expect(rotationOf(name)).toMatchObject({ base, by });
  });
});

describe('oldestFirst()', () => {
  const cases: ReadonlyArray<readonly [what: string, names: readonly string[]]> = [
    ['numbers', ['a.log.10.gz', 'a.log.2.gz', 'a.log.1', 'a.log.0', 'a.log']],
    ['dates', ['a.log-20231231.gz', 'a.log-20240101.gz', 'a.log-20241003', 'a.log']],
    ['hours', ['a.log-2024100309', 'a.log-2024100310', 'a.log-2024100400', 'a.log']],
    ['seconds', ['a.log-20241003-1727906400', 'a.log-20241003-1727910000', 'a.log']],
    ['dates with and without dashes', ['a.log-20241002', 'a.log-2024-10-03', 'a.log']],
    ['an old one', ['a.log.old', 'a.log']],
  ];
  it.each(cases)('orders %s', (_what, names) => {
    const shuffled = [...names].reverse();
    const named = shuffled.map((name, modified) => ({ name, modified, rotation: rotationOf(name) }));

    expect(oldestFirst(named).map(({ name }) => name)).toEqual(names);
  });

  it('asks the files where names with numbers and with dates lie side by side', () => {
    const times = { 'a.log.1': 30, 'a.log-20241003': 20, 'a.log.2.gz': 10, 'a.log': 0 };
    const named = Object.entries(times).map(([name, modified]) => ({ name, modified, rotation: rotationOf(name) }));

    expect(oldestFirst(named).map(({ name }) => name)).toEqual(['a.log.2.gz', 'a.log-20241003', 'a.log.1', 'a.log']);
  });
});
