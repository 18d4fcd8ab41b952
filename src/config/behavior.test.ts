import { expect, it } from 'vitest';
import { diffConfig } from './difference.ts';
import { complaintAbout, configFrom } from './testing.ts';

const DAY = 86_400_000;

it('has the defaults that its comments say', () => {
  const { wide, campaign, jails } = configFrom('');
  expect(wide).toEqual({ ipv4: 10, ipv6: 5, findTime: DAY });
  expect(campaign).toEqual({ addresses: 100, tries: 3, findTime: DAY });
  for (const { slow } of jails) expect(slow).toEqual({ maxRetry: 100, findTime: 14 * DAY });
});

it('is changed key by key, or turned off', () => {
  const changed = configFrom('[wide]\nipv4 = 20\n[campaign]\nenabled = false\n[jail.ssh]\nslow = { maxretry = 50 }\n');
  expect(changed.wide).toEqual({ ipv4: 20, ipv6: 5, findTime: DAY });
  expect(changed.campaign).toBeUndefined();
  expect(changed.jails[0]?.slow).toEqual({ maxRetry: 50, findTime: 14 * DAY });
  const off = configFrom('[wide]\nenabled = false\n[jail.web]\nslow = { enabled = false }\n');
  expect([off.wide, off.jails.find(({ name }) => name === 'web')?.slow]).toEqual([undefined, undefined]);
});

it('has a long window in a jail of the user’s own, too', () => {
  const { jails } = configFrom('[jail.mine]\nkinds = ["ssh.flood"]\n');
  expect(jails.at(-1)?.slow).toEqual({ maxRetry: 100, findTime: 14 * DAY });
});

it('tells mistakes and changes', () => {
  expect(complaintAbout('[wide]\nipv4 = 1\n')).toMatch(/wide\.ipv4.*at least 2/);
  expect(complaintAbout('[campaign]\ntriess = 3\n')).toMatch(/did you mean "tries"/);
  const after = configFrom('[wide]\nenabled = false\n[campaign]\ntries = 5\n[jail.ssh]\nslow = { findtime = "7d" }\n');
  expect(diffConfig(configFrom(''), after)).toEqual([
    'wide: 10 (IPv4), 5 (IPv6) in 1d → off',
    'campaign: 100 addresses, 3 tries each, in 1d → 100 addresses, 5 tries each, in 1d',
    'jail.ssh.slow: 100 in 2w → 100 in 1w',
  ]);
});
