/** What is gathered to be hidden: from the ledger, the configuration and this machine's files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UTC } from '../base/zone.ts';
import { configFrom } from '../config/testing.ts';
import { gatherPrivacy, type PrivacySources, unsearchedSentence } from './privacy.ts';

const root = mkdtempSync(join(tmpdir(), 'rapsheet-privacy-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(join(root, 'etc'));
writeFileSync(
  join(root, 'etc', 'passwd'),
  'root:x:0:0::/root:/bin/sh\nmail:x:8:8::/:/bin/false\nberta:x:1000:1000::/home/berta:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nbroken\n',
);
writeFileSync(join(root, 'etc', 'mailname'), 'mx.post.test\n');

const CONFIG = `
[[allow]]
address = "198.51.100.0/24"
reason = "the office"
[watch]
logs = ["/srv/shop.log"]
[protect]
allow_file = "${root}/allow"
[report]
private_users = ["carla"]
private_domains = ["own.test"]
host_names = { web = "the shop" }
`;
writeFileSync(join(root, 'allow'), '203.0.113.7\n');

const ledger: PrivacySources['ledger'] = {
  zone: UTC,
  hosts: () => ['db', 'mail', 'web', 'web9.example.org'],
  firstBan: (host) =>
    new Map([
      ['web', 30],
      ['mail', 10],
      ['web9.example.org', 20],
    ]).get(host ?? ''),
  positions: (host) => [
    { id: 1, host, path: `/logs/${host}.log`, headLength: 0, headHash: '', position: 0, lastTime: 0 },
    { id: 2, host, path: '-', headLength: 0, headHash: '', position: 0, lastTime: 0 },
  ],
  memory: () => [
    { key: JSON.stringify(['login', 'web', 'Ren\xc3\xa9', 0, 0, 0xffff, 0x0a000001]), until: 9, content: '5' },
    { key: JSON.stringify(['login', 'web', 'gone', 0, 0, 0xffff, 0x0a000002]), until: 9, content: undefined },
    { key: JSON.stringify(['slow', 1, 2]), until: 9, content: 'x' },
  ],
  state: (name) =>
    name === 'logins'
      ? JSON.stringify([
          [[0x20010db8, 1, 2, 3], 'dora@post.example', 1],
          [[0, 0, 0xffff, 0x0a000003], 'root', 1],
        ])
      : undefined,
};

test('hosts are numbered in the order of their first bans, unless they have a name of the user’s choice', async () => {
  const { hosts } = await gatherPrivacy({ config: configFrom(CONFIG), ledger, root });

  expect([...hosts]).toEqual([
    ['mail', 'host 1'],
    ['web9.example.org', 'host 2'],
    ['web', 'the shop'],
    ['db', 'host 4'],
  ]);
});

test('no host is given the number that another was called by', async () => {
  const names = '[report]\nhost_names = { web = "host 1", db = "host 5" }\n';
  const { hosts } = await gatherPrivacy({ config: configFrom(names), ledger, root });

  expect([...hosts]).toEqual([
    ['mail', 'host 6'],
    ['web9.example.org', 'host 2'],
    ['web', 'host 1'],
    ['db', 'host 5'],
  ]);
});

test('users are those who logged in, people with an account, and those of the configuration; root is everybody’s', async () => {
  const { users, domains, machines, paths } = await gatherPrivacy({ config: configFrom(CONFIG), ledger, root });

  expect(users).toEqual(expect.arrayContaining(['René', 'dora', 'berta', 'carla']));
  for (const name of ['root', 'mail', 'nobody', 'gone', 'broken']) expect(users).not.toContain(name);
  expect(domains).toEqual(expect.arrayContaining(['own.test', 'post.example', 'example.org', 'post.test']));
  expect(machines).toEqual(expect.arrayContaining(['web9', 'mx.post.test', 'mx']));
  expect(paths).toEqual(expect.arrayContaining(['/logs/web.log', '/srv/shop.log']));
  expect(paths).not.toContain('-');
});

test('networks are the allowlist, the emergency file and the customers who logged in', async () => {
  const { networks } = await gatherPrivacy({ config: configFrom(CONFIG), ledger, root });

  expect(networks.map(({ text }) => text)).toEqual(
    expect.arrayContaining(['198.51.100.0/24', '203.0.113.7', '10.0.0.1', '10.0.0.3', '2001:db8:0:1::/64']),
  );
  expect(networks.map(({ text }) => text)).not.toContain('10.0.0.2');
});

test.each([
  [[], undefined],
  [
    [
      ['user', 1],
      ['host', 2],
    ],
    /common words: 1 user name, 2 host names\.$/,
  ],
] as const)('unsearchedSentence(%j) is %s', (entries, sentence) => {
  const said = unsearchedSentence(new Map(entries));
  if (sentence === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(sentence);
});
