/** Jails and attempts made by hand, for the tests of this folder. */
import { type Network, parseAddress, parseNetwork } from '../base/address.ts';
import type { Attempt, Ban } from '../model.ts';
import { type JailOptions, Jails, type JailsOptions } from './jail.ts';

export const SSH: JailOptions = {
  name: 'ssh',
  kinds: ['ssh.*'],
  maxRetry: 3,
  findTime: 600_000,
  banTime: 3_600_000,
  growth: 2,
  maxBanTime: 86_400_000,
  weights: new Map(),
};

export function sampleJails(given: Partial<JailsOptions> = {}): Jails {
  return new Jails({
    jails: [SSH],
    weights: new Map([
      ['ssh.login', 1],
      ['ssh.close', 0.5],
      ['ssh.protocol', 2],
      ['ssh.silent', 0],
    ]),
    allow: [],
    ipv6Prefix: 64,
    priorBans: () => 0,
    evidenceBytes: 1 << 16,
    ...given,
  });
}

export function sampleAttempt(seconds: number, text = '203.0.113.7', kind = 'ssh.login', host = 'web1'): Attempt {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return {
    time: seconds * 1000,
    address,
    pattern: { filter: 'sshd', number: 1, service: 'ssh', kind, voice: undefined, syslog: true, success: false },
    user: 'root',
    target: undefined,
    file: { host, path: 'auth.log', modified: 0 },
    offset: seconds * 100,
    count: 1,
    session: '',
    line: `line at ${seconds}`,
  };
}

export function judge(subject: Jails, attempts: readonly Attempt[], count = 1): Array<Ban | undefined> {
  return attempts.map((each) => subject.judge(each, count));
}

export function networkFrom(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new RangeError(text);
  return network;
}
