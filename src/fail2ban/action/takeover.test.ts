import { describe, expect, it } from 'vitest';
import type { ActionFile } from '../config/action-file.ts';
import { type ActionMode, fateOf } from './takeover.ts';

/** As an installation has it; written by us, for the shipped ones are read where they are installed (installed.test.ts). */
function action(file: string, more: Record<string, string> = {}): ActionFile {
  const properties = {
    port: 'ssh,2222:2230',
    blocktype: 'REJECT',
    returntype: 'RETURN',
    actionstart:
      'for p in $(echo tcp | sed s/,/x/); do iptables -w -N f2b; { iptables -C f2b >/dev/null 2>&1; } || iptables -p $p --dports <port>; done',
    actionban: '/usr/sbin/iptables -w -I f2b 1 -s <ip> -j <blocktype>',
    actionunban: 'iptables -w -D f2b -s <ip> -j <blocktype>',
    ...more,
  };
  return { name: file, file, properties: new Map(Object.entries(properties)), files: [], problems: [] };
}

describe('fateOf()', () => {
  it('takes over what only blocks, with its ports', () => {
    const fate = fateOf(action('iptables-multiport'), 'firewall');
    expect(fate).toMatchObject({ fate: 'taken over', ports: ['ssh', '2222-2230'] });
    const all = action('nftables-allports', { actionstart: '', actionban: 'nft add element x { <ip> }' });
    expect(fateOf(all, 'firewall')).toMatchObject({ fate: 'taken over', ports: 'all' });
    expect(fateOf(action('iptables', { port: '0:65535' }), 'firewall')).toMatchObject({
      fate: 'taken over',
      ports: 'all',
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ actionban: 'iptables -s <ip>; curl https://example.org' }, 'actionban does more than to block: it runs curl'],
    [{ actionstart: 'x=$(/opt/tell "<name>") iptables' }, 'actionstart does more than to block: it runs tell'],
    [{ actionunban: 'echo <ip> >> /var/log/bans' }, 'actionunban does more than to block: it writes /var/log/bans'],
    [{ actionban: 'if true; then "$IPT" -s <ip>; fi' }, 'actionban does more than to block: it runs $IPT'],
    [{ blocktype: 'RETURN', returntype: 'DROP' }, 'its blocktype is "RETURN": it does not block whom it bans'],
    [{ returntype: 'DROP' }, 'its returntype is "DROP": it does not block whom it bans'],
    [{ 'blocktype?family=inet6': 'ACCEPT' }, 'its blocktype is "ACCEPT": it does not block whom it bans'],
  ])('runs one that was changed: %j', (more, why) => {
    expect(fateOf(action('iptables-multiport', more), 'firewall')).toEqual({
      ...{ action: expect.anything(), fate: 'run', why },
    });
  });

  it('runs what is no firewall of its own name', () => {
    expect(fateOf(action('my-iptables'), 'firewall')).toMatchObject({ fate: 'run', why: 'it is no firewall' });
  });

  it.each<[ActionMode, string, string]>([
    ['firewall', 'smtp.py', 'not supported'],
    ['all', 'smtp.py', 'not supported'],
    ['all', 'iptables-multiport', 'run'],
    ['none', 'sendmail', 'left out'],
    ['none', 'iptables', 'left out'],
    ['none', 'smtp.py', 'left out'],
  ])('%s: %s is %s', (mode, file, fate) => {
    expect(fateOf(action(file), mode)).toMatchObject({ fate });
  });
});
