import { expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { askedAddress } from './asked-address.ts';
import { address } from './testing/scratch.ts';

it.each([
  ['203.0.113.7', ['198.51.100.1'], '203.0.113.7'],
  ['203.0.113.0/24', ['203.0.113.9', '203.0.113.4', '198.51.100.1'], '203.0.113.4'],
  ['203.0.113.0/24', [], '203.0.113.0'],
  ['2001:db8::/64', ['2001:db8::9'], '2001:db8::9'],
])('askedAddress() of %s with lines of %s', (subject, lines, asked) => {
  const parsed = parseNetwork(subject);
  const evidence = lines.map((text) => ({ ...LINE, address: address(text) }));
  expect(parsed && askedAddress(parsed, () => evidence).text).toBe(asked);
});

const LINE = {
  ...{ time: 0, kind: 'ssh.login', filter: 'sshd', pattern: 1, user: undefined, target: undefined },
  ...{ path: 'auth.log', offset: 0, count: 1, line: 'a line' },
};
