import { describe, expect, it } from 'vitest';
import { socketCandidates, socketPath } from './socket-path.ts';

const user = { environment: {}, uid: 1000, home: '/home/ana' };

describe('socketPath()', () => {
  it.each([
    ['what is configured', '/x/y.sock', { ...user, uid: 0 }, '/x/y.sock'],
    [
      'the folder that systemd made',
      undefined,
      { ...user, environment: { RUNTIME_DIRECTORY: '/run/a:/run/b' } },
      '/run/a/control.sock',
    ],
    [
      'the folder where commands look, of those that systemd made',
      undefined,
      { ...user, environment: { RUNTIME_DIRECTORY: '/run/fail2ban:/run/rapsheet' } },
      '/run/rapsheet/control.sock',
    ],
    ['the system for root', undefined, { ...user, uid: 0 }, '/run/rapsheet/control.sock'],
    [
      'the run-time folder',
      undefined,
      { ...user, environment: { XDG_RUNTIME_DIR: '/run/user/1000' } },
      '/run/user/1000/rapsheet/control.sock',
    ],
    ['the state folder', undefined, { ...user, environment: { XDG_STATE_HOME: '/s' } }, '/s/rapsheet/control.sock'],
    [
      'the home folder',
      undefined,
      { ...user, environment: { XDG_RUNTIME_DIR: 'relative' } },
      '/home/ana/.local/state/rapsheet/control.sock',
    ],
  ])('is %s', (_, configured, around, expected) => {
    expect(socketPath(configured, around)).toBe(expected);
  });
});

describe('socketCandidates()', () => {
  it('has the own daemon of a user before the system, and only that for root', () => {
    const around = { ...user, environment: { XDG_RUNTIME_DIR: '/run/user/1000', RUNTIME_DIRECTORY: '/run/a' } };
    expect(socketCandidates(undefined, around)).toEqual([
      '/run/user/1000/rapsheet/control.sock',
      '/run/rapsheet/control.sock',
    ]);
    expect(socketCandidates(undefined, { ...around, uid: 0 })).toEqual(['/run/rapsheet/control.sock']);
    expect(socketCandidates('/x', around)).toEqual(['/x']);
  });
});
