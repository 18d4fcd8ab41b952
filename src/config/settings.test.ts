import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { complaintAbout, configFrom } from './testing.ts';

describe('the live settings', () => {
  it('have the defaults that their comments say', () => {
    expect(configFrom('')).toMatchObject({
      watch: { logs: 'auto', journal: 'auto', syslog: [] },
      firewall: { type: 'auto', hooks: ['input', 'forward'], cut: true, command: undefined },
      protect: { logins: 604_800_000, allowFile: '/etc/rapsheet/allow' },
      daemon: { socket: undefined, group: undefined, metrics: undefined },
      portGroups: [],
    });
  });

  it('are the same where the default file says nothing', () => {
    const text = readFileSync('config/rapsheet.toml', 'utf8');
    const shown: Record<string, unknown> = parse(text);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(['watch', 'firewall', 'protect', 'daemon']));
    // What is commented out is valid too: it is what people will remove the mark from.
    const open = text.replaceAll(/^# +?(?=(?: {2})?(?:[a-z_]+ +=|\[\[?[a-z.]+\]))/gm, '');
    expect(open).toContain('\nmetrics = "127.0.0.1:9773"');
    expect(open).toMatch(/^ {2}\[firewall\.command\]$/m);
    const config = configFrom(open.replace('ledger = ', '# ledger = '));
    expect(config.daemon).toEqual({
      socket: '/run/rapsheet/control.sock',
      group: 'rapsheet',
      metrics: { host: '127.0.0.1', port: 9773 },
    });
    expect(config.firewall.command?.list).toEqual(['/usr/local/sbin/edge', 'list']);
  });

  it('change key by key', () => {
    const config = configFrom(`
      [watch]
      logs = ["/var/log/auth.log", "/srv/*/logs/access.log"]
      syslog = ["udp://127.0.0.1:5514", "tcp://[2001:DB8::1]:601", "unix:///run/rapsheet/syslog.sock"]
      [firewall]
      type = "command"
      hooks = ["input", "input"]
      [firewall.command]
      block = ["/usr/local/sbin/edge", "add", "{address}", "--for={seconds}"]
      release = ["edge", "remove", "{address}"]
      [protect]
      logins = "0s"
      [daemon]
      metrics = "[::1]:9773"
      group = "adm"
    `);
    expect(config.watch).toEqual({
      logs: ['/var/log/auth.log', '/srv/*/logs/access.log'],
      journal: 'auto',
      syslog: ['udp://127.0.0.1:5514', 'tcp://[2001:db8::1]:601', 'unix:///run/rapsheet/syslog.sock'],
    });
    expect(config.firewall).toEqual({
      type: 'command',
      hooks: ['input'],
      cut: true,
      command: {
        block: ['/usr/local/sbin/edge', 'add', '{address}', '--for={seconds}'],
        release: ['edge', 'remove', '{address}'],
        list: undefined,
      },
    });
    expect(config.protect).toEqual({ logins: 0, allowFile: '/etc/rapsheet/allow' });
    expect(config.daemon).toEqual({ socket: undefined, group: 'adm', metrics: { host: '::1', port: 9773 } });
  });

  it.each([
    ['[watch]\nlog = "auto"', 'rapsheet.toml:2: unknown key "watch.log" (did you mean "logs"?)'],
    ['[wacth]\nlogs = "auto"', 'rapsheet.toml:1: unknown key "wacth" (did you mean "watch"?)'],
    ['[watch]\nlogs = "all"', 'rapsheet.toml:2: watch.logs: must be "auto" or a list of paths and globs'],
    ['[watch]\nlogs = 1', 'rapsheet.toml:2: watch.logs: must be "auto" or a list of paths and globs'],
    ['[watch]\nlogs = ["auth.log"]', 'watch.logs: must be a whole path that begins with "/" (got "auth.log")'],
    ['[watch]\nlogs = [1]', 'rapsheet.toml:2: watch.logs: must be a text'],
    ['[watch]\njournal = true', 'rapsheet.toml:2: watch.journal: must be "auto", "yes" or "no"'],
    [
      '[watch]\nsyslog = "udp://127.0.0.1:5514"',
      'watch.syslog: must be a list of addresses like "udp://127.0.0.1:5514"',
    ],
    ['[watch]\nsyslog = ["udp://localhost:5514"]', 'must be an address like "udp://127.0.0.1:5514"'],
    ['[watch]\nsyslog = ["udp://127.0.0.1"]', '(got "udp://127.0.0.1")'],
    ['[watch]\nsyslog = ["udp://127.0.0.1:0"]', '(got "udp://127.0.0.1:0")'],
    ['[watch]\nsyslog = ["unix://run/log"]', '(got "unix://run/log")'],
    [`[watch]\nsyslog = ["unix:///${'x'.repeat(120)}"]`, 'longer than the 107 bytes'],
    ['[firewall]\ntype = "nft"', 'firewall.type: must be "auto", "nftables", "ipset", "command" or "memory"'],
    ['[firewall]\nhooks = ["output"]', 'rapsheet.toml:2: firewall.hooks: must be "input" or "forward"'],
    ['[firewall]\nhooks = []', 'firewall.hooks: must have "input", "forward" or both'],
    ['[firewall]\ncut = "yes"', 'firewall.cut: must be true or false'],
    ['[firewall]\n\ntype = "command"', 'rapsheet.toml:3: firewall.type: "command" needs the table [firewall.command]'],
    ['[firewall.command]\nblock = ["x", "{address}"]', 'rapsheet.toml:1: "firewall.command.release" is missing'],
    [
      '[firewall.command]\nblock = ["x"]\nrelease = ["x", "{address}"]',
      'rapsheet.toml:2: firewall.command.block: must have',
    ],
    [
      '[firewall.command]\nblock = ["x", "{ip}", "{address}"]\nrelease = ["x", "{address}"]',
      'there is no placeholder {ip}; there are {address}, {family}, {seconds}, {group}',
    ],
    ['[firewall.command]\nblock = ["{address}"]\nrelease = ["x", "{address}"]', 'the first entry is the program'],
    ['[firewall.command]\nblock = []\nrelease = ["x", "{address}"]', 'must be a list: a program and its arguments'],
    ['[firewall.command]\nblock = "x {address}"\nrelease = ["x", "{address}"]', 'block: must be a list of texts'],
    ['[firewall]\ncommand = "x"', 'firewall.command: must be a table'],
    ['[protect]\nlogins = 7', 'protect.logins: must be a duration like "10m"'],
    ['[protect]\nallow_file = "allow"', 'must be a whole path that begins with "/" (got "allow")'],
    ['[daemon]\nmetrics = 9773', 'daemon.metrics: must be a text'],
    ['[daemon]\nmetrics = "localhost:9773"', 'must be an address and a port like "127.0.0.1:9773"'],
    ['[daemon]\nmetrics = "127.0.0.1:65536"', '(got "127.0.0.1:65536")'],
    ['[daemon]\nmetrics = "::1:9773"', '(got "::1:9773")'],
    ['[daemon]\ngroup = "a b"', 'daemon.group: must be the name of a group'],
    [`[daemon]\nsocket = "/${'x'.repeat(107)}"`, 'daemon.socket: is longer than the 107 bytes'],
  ])('say of %j what is wrong', (text, message) => {
    expect(complaintAbout(text)).toContain(message);
  });
});
