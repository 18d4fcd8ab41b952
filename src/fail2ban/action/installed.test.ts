/** The action files of an installed fail2ban: which our firewall takes over. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readAction } from '../config/action-file.ts';
import { diskTree } from '../config/file-tree.ts';
import { INSTALLED, installedVersion } from '../testing/original.ts';
import { fateOf } from './takeover.ts';

const version = installedVersion();
if (version === undefined) console.warn('src/fail2ban/action/installed.test.ts: no fail2ban is installed, skipped');

/** Not those of other systems, and not what works by other means than the kernel's filter. */
const FIREWALLS = /^(?:iptables|nftables|firewallcmd|ufw|shorewall)/;

it.skipIf(version === undefined)('all that block at a firewall of Linux, and nothing else', () => {
  const names = readdirSync(`${INSTALLED}/action.d`).flatMap(
    (file) => /^(.*(?<!-common))\.conf$/.exec(file)?.[1] ?? [],
  );
  const taken = names.filter((name) => {
    const request = { name, jailName: 'sshd', call: new Map([['port', 'ssh']]), jail: new Map() };
    return fateOf(readAction({ tree: diskTree, root: INSTALLED }, request), 'firewall').fate === 'taken over';
  });
  expect(taken.length).toBeGreaterThan(15);
  expect(taken).toEqual(names.filter((name) => FIREWALLS.test(name)));
});
