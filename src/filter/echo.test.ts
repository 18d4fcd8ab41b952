import { describe, expect, it } from 'vitest';
import { EchoCounter } from './echo.ts';
import { SAMPLE_FILE, sampleAttempt } from './sample.ts';

type Told = readonly [
  seconds: number,
  voice: string,
  given?: { session?: string; address?: string; count?: number; path?: string },
];

function counts(told: readonly Told[], counter = new EchoCounter({ copies: 'look' })): number[] {
  return told.map(([seconds, voice, { session = '7', address = '203.0.113.7', count = 1, path = 'auth.log' } = {}]) =>
    counter.count(
      sampleAttempt(seconds, address, { session, count, pattern: { voice }, file: { ...SAMPLE_FILE, path } }),
    ),
  );
}

describe('EchoCounter', () => {
  it.each<[string, Told[], number[]]>([
    [
      'an unknown user, PAM and the wrong password',
      [
        [0, 'invalid'],
        [0, 'pam'],
        [2, 'failed'],
      ],
      [1, 0, 0],
    ],
    [
      'three passwords in one connection, PAM summing up two',
      [
        [0, 'pam'],
        [1, 'failed'],
        [2, 'failed'],
        [3, 'failed'],
        [4, 'pam', { count: 2 }],
      ],
      [1, 0, 1, 1, 0],
    ],
    [
      'an echo that tells more than the voices before',
      [
        [0, 'failed'],
        [9, 'pam', { count: 3 }],
      ],
      [1, 2],
    ],
    [
      'PAM under the process of a child',
      [
        [0, 'pam', { session: '' }],
        [1, 'failed', { session: '7' }],
        [2, 'failed', { session: '8' }],
      ],
      [1, 0, 1],
    ],
    [
      'two connections',
      [
        [0, 'failed'],
        [1, 'failed', { session: '8' }],
        [2, 'pam', { session: '8' }],
      ],
      [1, 1, 0],
    ],
    [
      'two addresses',
      [
        [0, 'failed'],
        [0, 'pam', { address: '203.0.113.8' }],
      ],
      [1, 1],
    ],
    [
      'a session that was silent for long',
      [
        [0, 'failed'],
        [301, 'pam'],
      ],
      [1, 1],
    ],
    [
      'an echo in another file',
      [
        [0, 'front', { path: 'mail.log' }],
        [1, 'pam'],
      ],
      [1, 0],
    ],
    [
      'the same line in two files',
      [
        [0, 'failed'],
        [0, 'failed', { path: 'syslog' }],
        [0, 'failed'],
        [0, 'failed', { path: 'syslog' }],
      ],
      [1, 0, 1, 0],
    ],
    [
      'copies that are read late',
      [
        [0, 'failed'],
        [0, 'failed'],
        [0, 'failed', { path: 'syslog' }],
        [0, 'failed', { path: 'syslog' }],
        [0, 'failed', { path: 'syslog' }],
      ],
      [1, 1, 0, 0, 1],
    ],
  ])('counts %s right', (_, told, expected) => {
    expect(counts(told)).toEqual(expected);
  });

  it('does not take an older log for echoes of a newer one', () => {
    const counter = new EchoCounter({ copies: 'none' });
    const told: Told[] = [
      [9_000, 'pam'],
      [9_001, 'pam'],
      [10, 'failed'],
      [11, 'failed'],
      [12, 'pam'],
    ];
    expect(counts(told, counter)).toEqual([1, 1, 1, 1, 0]);
  });

  it('counts every line of a pattern that nothing repeats', () => {
    const counter = new EchoCounter({ copies: 'none' });
    expect([0, 0, 0].map((seconds) => counter.count(sampleAttempt(seconds, '203.0.113.7')))).toEqual([1, 1, 1]);
  });

  it('goes on with its sessions after save() and restore()', () => {
    const before = new EchoCounter({ copies: 'look' });
    counts(
      [
        [0, 'pam'],
        [1, 'failed', { session: '9' }],
      ],
      before,
    );
    const after = new EchoCounter({ copies: 'look' });
    after.restore(JSON.parse(JSON.stringify(before.save(2_000))));
    expect(
      counts(
        [
          [2, 'failed'],
          [3, 'failed'],
          [3, 'pam', { session: '9' }],
        ],
        after,
      ),
    ).toEqual([0, 1, 0]);
  });

  it('keeps sessions through a flood of others', () => {
    const counter = new EchoCounter({ copies: 'none' });
    counts([[0, 'pam', { session: '1' }]], counter);
    for (let i = 0; i < 70_000; i++)
      counter.count(sampleAttempt(1, '203.0.113.8', { session: String(i), pattern: { voice: 'pam' } }));
    expect(counts([[2, 'failed', { session: '1' }]], counter)).toEqual([0]);
  });

  it('keeps a session for as long as it is told of, through any number of generations', () => {
    const counter = new EchoCounter({ copies: 'none' });
    const told: Told[] = Array.from({ length: 40 }, (_, i) => [i * 250, i % 2 === 0 ? 'failed' : 'pam'] as const);
    expect(counts(told, counter)).toEqual(told.map((_, i) => (i % 2 === 0 ? 1 : 0)));
  });

  it('finds the session of a line that is five minutes late', () => {
    const counter = new EchoCounter({ copies: 'none' });
    const address = '203.0.113.8';
    counts(
      Array.from({ length: 30 }, (_, i) => [i * 100, 'failed', { address }] as const),
      counter,
    );
    expect(
      counts(
        [
          [2_900, 'pam'],
          [3_200, 'pam', { address }],
          [2_901, 'failed'],
        ],
        counter,
      ),
    ).toEqual([1, 0, 0]);
  });

  it('takes back more sessions than one generation holds', () => {
    const before = new EchoCounter({ copies: 'none' });
    for (let i = 0; i < 80_000; i++)
      before.count(sampleAttempt(1, '203.0.113.8', { session: String(i), pattern: { voice: 'pam' } }));
    const after = new EchoCounter({ copies: 'none' });
    after.restore(before.save(2_000));
    for (const session of ['0', '40000', '79999'])
      expect(counts([[2, 'failed', { session, address: '203.0.113.8' }]], after)).toEqual([0]);
  });

  it.each([
    ['12', '12', [1, 0]],
    ['12', '13', [1, 1]],
    // Not numbers, so no processes: both tell of the address.
    ['*12', '*13', [1, 0]],
    ['', 'x', [1, 0]],
  ])('takes the processes "%s" and "%s" for what they are', (first, second, expected) => {
    expect(
      counts([
        [0, 'failed', { session: first }],
        [1, 'invalid', { session: second }],
      ]),
    ).toEqual(expected);
  });
});
