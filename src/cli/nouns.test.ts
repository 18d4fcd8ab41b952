import { expect, it } from 'vitest';
import { networkOf, parseAddress } from '../base/address.ts';
import type { Attempt, Ban, Origin } from '../model.ts';
import { attemptJson, banJson } from './nouns.ts';

const address = parseAddress('203.0.113.7') ?? { w0: 0, w1: 0, w2: 0, w3: 0, text: '' };
const attempt: Attempt = {
  time: Date.UTC(2024, 9, 3, 12, 0, 1, 5),
  address,
  pattern: {
    filter: 'sshd',
    number: 1,
    service: 'ssh',
    kind: 'ssh.login',
    voice: 'failed',
    syslog: true,
    success: false,
  },
  user: 'caf\xc3\xa9\u001b[31m',
  target: undefined,
  file: { host: 'web1', path: 'auth.log', modified: 0 },
  offset: 42,
  count: 3,
  session: '7',
  line: 'line \xff',
};

it('attemptJson() writes one line of JSON that nothing can act upon', () => {
  const line = attemptJson(attempt, 2);
  expect(line).not.toMatch(/[\u0000-\u001f]/);
  expect(JSON.parse(line)).toEqual({
    ...{ time: '2024-10-03T12:00:01.005Z', address: '203.0.113.7', service: 'ssh', kind: 'ssh.login' },
    ...{ filter: 'sshd', pattern: 1, user: 'café\u001b[31m', target: null, host: 'web1', file: 'auth.log' },
    ...{ offset: 42, count: 2, line: 'line \xff' },
  });
});

it('banJson() writes the ban with its origin and its evidence; a ban without end ends at null', () => {
  const ban: Ban = {
    subject: networkOf(address, 32),
    ...{
      host: 'web1',
      jail: 'ssh',
      service: 'ssh',
      kind: 'ssh.login',
      from: 0,
      until: Number.POSITIVE_INFINITY,
      prior: 2,
    },
    reason: { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: { 'ssh.login': 5 } },
    evidence: [
      {
        ...{ time: 0, address, kind: 'ssh.login', filter: 'sshd', pattern: 1, user: undefined, target: undefined },
        ...{ path: 'auth.log', offset: 1, count: 1, line: 'x' },
      },
    ],
  };
  const origin: Origin = {
    ...{ country: 'NL', asn: 64_500, organization: undefined, organizationAsGiven: undefined, network: undefined },
    ...{
      scanner: undefined,
      type: 'hosting',
      latitude: undefined,
      longitude: undefined,
      sources: ['country: a 2024-01-01'],
    },
  };
  expect(JSON.parse(banJson(ban, origin))).toMatchObject({
    ...{ time: '1970-01-01T00:00:00.000Z', until: null, address: '203.0.113.7', prior: 2 },
    origin: { country: 'NL', asn: 64_500, organization: null, type: 'hosting', sources: ['country: a 2024-01-01'] },
    evidence: [{ file: 'auth.log', offset: 1, line: 'x', user: null }],
  });
});
