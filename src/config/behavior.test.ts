import { expect, it } from 'vitest';
import { diffConfig } from './difference.ts';
import { complaintAbout, configFrom } from './testing.ts';

const DAY = 86_400_000;

it('has the defaults that its comments say', () => {
  const { flood, wide, campaign, jails } = configFrom('');
  expect(flood).toEqual({ requests: 200, withinMs: 10_000 });
  expect(wide).toEqual({ ipv4: 10, ipv6: 5, findTime: DAY });
  expect(campaign).toEqual({ addresses: 100, tries: 3, findTime: DAY });
  for (const { slow } of jails) expect(slow).toEqual({ maxRetry: 100, findTime: 14 * DAY });
});

it('is changed key by key, or turned off', () => {
  const changed = configFrom('[wide]\nipv4 = 20\n[campaign]\nenabled = false\n[jail.ssh]\nslow = { maxretry = 50 }\n');
  expect(changed.wide).toEqual({ ipv4: 20, ipv6: 5, findTime: DAY });
  expect(changed.campaign).toBeUndefined();
  expect(changed.jails[0]?.slow).toEqual({ maxRetry: 50, findTime: 14 * DAY });
  expect(configFrom('[flood]\nrequests = 500\n').flood).toEqual({ requests: 500, withinMs: 10_000 });
  const off = configFrom('[flood]\nenabled = false\n[wide]\nenabled = false\n[jail.web]\nslow = { enabled = false }\n');
  expect([off.flood, off.wide, off.jails.find(({ name }) => name === 'web')?.slow]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('has a long window in a jail of the user’s own, too', () => {
  const { jails } = configFrom('[jail.mine]\nkinds = ["ssh.flood"]\n');
  expect(jails.at(-1)?.slow).toEqual({ maxRetry: 100, findTime: 14 * DAY });
});

it('tells mistakes and changes', () => {
  expect(complaintAbout('[wide]\nipv4 = 1\n')).toMatch(/wide\.ipv4.*at least 2/);
  expect(complaintAbout('[campaign]\ntriess = 3\n')).toMatch(/did you mean "tries"/);
  expect(complaintAbout('[flood]\nrequests = 5\n')).toMatch(/flood\.requests.*at least 20/);
  expect(complaintAbout('[flood]\nwithin = "500ms"\n')).toMatch(/flood\.within/);
  expect(complaintAbout('[flood]\nwithin = "2h"\n')).toMatch(/flood\.within.*at most "3600s"/);
  const after = configFrom(
    '[flood]\nwithin = "1m"\n[wide]\nenabled = false\n[campaign]\ntries = 5\n[jail.ssh]\nslow = { findtime = "7d" }\n',
  );
  expect(diffConfig(configFrom(''), after)).toEqual([
    'flood: 200 requests in 10s → 200 requests in 1m',
    'wide: 10 (IPv4), 5 (IPv6) in 1d → off',
    'campaign: 100 addresses, 3 tries each, in 1d → 100 addresses, 5 tries each, in 1d',
    'jail.ssh.slow: 100 in 2w → 100 in 1w',
  ]);
});
