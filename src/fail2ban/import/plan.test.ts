import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { memoryTree } from '../config/file-tree.ts';
import { readFail2ban } from '../fail2ban.ts';
import { counterparts } from './counterparts.ts';
import { type ImportPlan, planImport } from './plan.ts';
import { tomlOf } from './toml-text.ts';

const config = loadConfig({ program: process.cwd(), file: 'config/rapsheet.toml' });
const ROOT = '/f';

/** A filter that names whom it is about; what it finds is not asked here. */
const FILTER = '[Definition]\nfailregex = ^from <ADDR>$\n';
const FILTERS = ['sshd', 'dovecot', 'postfix', 'nginx-http-auth', 'vsftpd', 'recidive', 'shop'];

/** What becomes of an installation whose jail.conf is this, and its files beside it. */
function planOf(jails: string, files: Readonly<Record<string, string>> = {}): ImportPlan {
  const filters = FILTERS.map((name) => [`${ROOT}/filter.d/${name}.conf`, FILTER]);
  const tree = memoryTree({
    [`${ROOT}/fail2ban.conf`]: '[Definition]\ndbfile = None\n',
    [`${ROOT}/action.d/iptables-multiport.conf`]:
      '[Definition]\nactionban = iptables -I f2b -p tcp --dports <port> -s <ip> -j DROP\n[Init]\nport = ssh\n',
    [`${ROOT}/action.d/iptables-allports.conf`]: '[Definition]\nactionban = iptables -I f2b -s <ip> -j DROP\n',
    [`${ROOT}/action.d/tell.conf`]: '[Definition]\nactionban = x\n',
    ...Object.fromEntries(filters),
    [`${ROOT}/jail.conf`]: `[DEFAULT]\nenabled = true\nfilter = %(__name__)s\naction = iptables-multiport[port="%(port)s"]\nport = ssh\nlogpath = /var/log/auth.log\n${jails}`,
    ...files,
  });
  return planImport(readFail2ban({ tree, root: ROOT }), {
    ...{ root: ROOT, tree },
    ourKinds: new Map(config.jails.map(({ name, kinds }) => [name, kinds])),
    ourLogs: new Map(config.filters.map(({ name, logs }) => [name, logs])),
    isPort: (word) => /^(?:ssh|imap|smtp|\d+(?:-\d+)?)$/.test(word),
  });
}

function fates(plan: ImportPlan): Record<string, string> {
  return Object.fromEntries(
    plan.jails.map(({ name, fate, why }) => [name, why === undefined ? fate : `${fate}: ${why}`]),
  );
}

describe('counterparts()', () => {
  it.each([...counterparts()])('%s names a jail, filters and kinds that there are', (_, { jail, filters, kinds }) => {
    const names = config.filters.map(({ name }) => name);

    expect(config.jails.map(({ name }) => name)).toContain(jail);
    expect(filters.filter((filter) => !names.includes(filter))).toEqual([]);
    expect(kinds.filter((kind) => !kind.endsWith('*') && !config.kinds.has(kind))).toEqual([]);
    expect(kinds.filter((kind) => !kind.startsWith(`${jail}.`))).toEqual([]);
  });
});

describe('planImport()', () => {
  it('takes over what our filters see, and leaves the rest to the folder', () => {
    const plan = planOf('[sshd]\n[shop]\n[recidive]\n[pass2allow-ftp]\nfilter = shop\n');

    expect(fates(plan)).toEqual({
      sshd: 'ours',
      shop: 'kept: Rapsheet has no filter that sees all of it',
      recidive: expect.stringMatching(/^kept: hears of the bans/),
      'pass2allow-ftp': expect.stringMatching(/^dropped: .*let somebody in/),
    });
    expect(plan.ours.map(({ name, kinds }) => ({ name, kinds }))).toEqual([{ name: 'ssh', kinds: undefined }]);
    expect(plan.unused).toContain('web');
    expect(plan.unused).not.toContain('ssh');
  });

  it('has bans of ours grow where a jail banned who was banned again and again', () => {
    const plan = planOf('[sshd]\nbantime = 1h\n[recidive]\nbantime = 1w\n');

    expect(fates(plan).recidive).toMatch(/^dropped: .*growth/);
    expect(plan.ours[0]).toMatchObject({ insteadOf: 'recidive', limits: { growth: 2, maxBanTime: 7 * 86_400_000 } });
  });

  it('leaves a jail that bans by something else than a firewall to the folder', () => {
    expect(fates(planOf('[sshd]\naction = tell\n'))).toEqual({ sshd: 'kept: bans by tell, not by a firewall' });
  });

  it('leaves a jail whose filter is its own to the folder', () => {
    const plan = planOf(
      '[sshd]\nfailregex = ^mine <ADDR>$\n[dovecot]\n[vsftpd]\nignorecommand = /bin/true\n[postfix]\nbackend = systemd[journalpath=/x]\n',
      { [`${ROOT}/filter.d/dovecot.local`]: FILTER },
    );

    expect(fates(plan)).toEqual({
      sshd: 'kept: has its own failregex',
      dovecot: `kept: its filter was changed in ${ROOT}/filter.d/dovecot.local`,
      vsftpd: 'kept: has an ignorecommand',
      postfix: 'kept: reads another journal',
    });
    expect(plan.ours).toEqual([]);
  });

  it('counts together what becomes one jail of ours, by the stricter limits and all kinds', () => {
    const plan = planOf(
      '[dovecot]\nmaxretry = 3\nport = imap\n[postfix]\nmaxretry = 8\nbantime = 1d\nport = smtp,465\n',
    );

    expect(plan.ours).toMatchObject([
      { name: 'mail', kinds: undefined, ports: ['imap', 'smtp', '465'], limits: { maxRetry: 3, banTime: 86_400_000 } },
    ]);
  });

  it('counts no more than fail2ban did', () => {
    expect(planOf('[dovecot]\n').ours[0]?.kinds).toEqual(['mail.auth', 'mail.auth.*', 'mail.noauth']);
  });

  it.each([
    ['port = ssh,2222:2230', ['ssh', '2222-2230'], []],
    ['port = ssh,knock', undefined, ['knock']],
    ['port = 0:65535', undefined, []],
    ['action = iptables-allports', undefined, []],
    ['action =', undefined, []],
  ])('blocks the ports of %s', (option, ports, unknownPorts) => {
    expect(planOf(`[sshd]\n${option}\n`).jails[0]).toMatchObject({ ports, unknownPorts });
  });

  it('says what becomes of actions', () => {
    const plan = planOf('[sshd]\naction = iptables-multiport\n  tell\n  smtp.py[host=x]\n');

    expect(plan.jails[0]?.actions.map(({ file, fate }) => [file, fate])).toEqual([
      ['iptables-multiport', 'taken over'],
      ['tell', 'run'],
      ['smtp.py', 'not supported'],
    ]);
  });

  it('protects whom ignoreip names by address, also in files, and tells of the others', () => {
    const { allowed } = planOf(
      '[sshd]\nignoreip = 127.0.0.1/8 192.0.2.7 home.example.org file:/friends file:/none\n[shop]\nignoreip = 192.0.2.7\n',
      { '/friends': '# us\n198.51.100.0/24\nmore.example.org\n' },
    );

    expect(allowed.entries.map(({ network, whose }) => [network.text, whose])).toEqual([
      ['192.0.2.7', undefined],
      ['198.51.100.0/24', '[sshd] only'],
    ]);
    expect(allowed.unknown.map(({ word }) => word)).toEqual(['home.example.org', 'more.example.org (/friends)']);
    expect(allowed.files).toEqual([
      { path: '/friends', entries: 1 },
      { path: '/none', entries: 0, fault: 'there is no such file' },
    ]);
  });

  it('tells a network that is none from a name', () => {
    const plan = planOf('[sshd]\nignoreip = 192.0.2.0/33 home.example\n');

    expect(plan.allowed.unknown.map(({ word, mistake }) => [word, mistake?.slice(0, 28)])).toEqual([
      ['192.0.2.0/33', '"192.0.2.0/33" is no network'],
      ['home.example', undefined],
    ]);
    expect(tomlOf(plan, '1')).toContain('# NOT PROTECTED: 192.0.2.0/33 (all jails): "192.0.2.0/33" is no network: ');
  });

  it('names logs only where they are not found without it, then with those that are', () => {
    expect(planOf('[sshd]\n').logs).toEqual([]);
    expect(planOf('[sshd]\n[shop]\nlogpath = /srv/shop.log\n').logs).toEqual([]);

    const logs = planOf('[nginx-http-auth]\nlogpath = /srv/*/error.log tail\n').logs;

    expect(logs.map(({ path }) => path)).toEqual(expect.arrayContaining(['/var/log/nginx/*access.log']));
    expect(logs.slice(-2).map(({ path }) => path)).toEqual(['/srv/*/error.log', '/srv/*/access.log']);
  });

  it('keeps what it did not understand apart from what fail2ban did not have', () => {
    const plan = planOf(
      '[dovecot]\nmaxretry = x\n[web-logins]\nfilter = nginx-http-auth\nfindtime = y\n[shop]\nbantime = z\n',
    );
    const text = tomlOf(plan, '1').replaceAll('\n#  ', '');

    expect(plan.lost.map(({ name, ours }) => [name, ours])).toEqual([
      ['dovecot', 'mail'],
      ['web-logins', 'web'],
      ['shop', undefined],
    ]);
    expect(plan.unused).not.toEqual(expect.arrayContaining(['mail']));
    expect(plan.unused).not.toEqual(expect.arrayContaining(['web']));
    expect(plan.unused).toContain('ssh');
    expect(text).toContain(
      '# NOT UNDERSTOOD: [dovecot], which is not taken over: /f/jail.conf:8 [dovecot] maxretry: "x" is no number. ',
    );
    expect(text).toMatch(/NOT UNDERSTOOD: \[shop\], which/);
    expect(text).toContain('[jail.mail] counts it, with its own limits, as in the default configuration.');
    expect(text).not.toMatch(/^\[jail\.(?:mail|web)\]/m);
  });

  it('says where a jail of ours with its own limits stands for one that was not understood', () => {
    const text = tomlOf(planOf('[dovecot]\nmaxretry = x\n[postfix]\n'), '1').replaceAll('\n#  ', '');

    expect(text).toContain('What it counted may be counted by [jail.mail] above, with the limits there.');
  });

  it('reads the journal where all that is taken over did', () => {
    expect(planOf('[sshd]\nbackend = systemd\n').journal).toBe('yes');
    expect(planOf('[sshd]\nbackend = systemd\n[dovecot]\n').journal).toBe('auto');
  });
});
