import { describe, expect, it } from 'vitest';
import { formatProblem } from '../base/problem.ts';
import { UTC } from '../base/zone.ts';
import type { Attempt } from '../model.ts';
import { type Adoption, type AdoptOptions, adopt, type Route } from './adopt.ts';
import { memoryTree } from './config/file-tree.ts';
import { DateForms } from './dates/choose.ts';
import { readFail2ban } from './fail2ban.ts';

const NOW = Date.UTC(2026, 0, 10, 12);

const FILTER = '[Definition]\nfailregex = ^ knock from <HOST>$\nignoreregex =\n';

interface Given extends Partial<AdoptOptions> {
  /** Of jail.conf. */
  readonly jails: string;
  readonly files?: Readonly<Record<string, string>>;
}

function adopted({ jails, files = {}, ...options }: Given): Adoption & { readonly routes: Route[] } {
  const tree = memoryTree({
    '/f/fail2ban.conf': '[Definition]\ndbpurgeage = 2h\n',
    '/f/jail.conf': `[DEFAULT]\nenabled = true\nfilter = knock\nlogpath = /var/log/%(__name__)s.log\n${jails}`,
    '/f/filter.d/knock.conf': FILTER,
    '/f/action.d/block.conf': '[Definition]\nactionban = x\n[Init]\nport = 1\n',
    '/f/action.d/block-allports.conf': '[Definition]\nactionban = x\n',
    ...files,
  });
  const routes: Route[] = [];
  const adoption = adopt(readFail2ban({ tree, root: '/f' }), {
    ...{ tree, zone: UTC, dates: new DateForms(2026), counting: 'fail2ban', logs: 'replay', own: [], chosen: [] },
    kindOf: (jail) => (jail === 'knockers' ? 'skip' : { service: 'ssh', kind: 'ssh.login' }),
    now: ({ modified }) => modified,
    onRoute: (route) => routes.push(route),
    ...options,
  });
  return { ...adoption, routes };
}

/** The attempts in a log. */
function attempts({ filter }: Adoption, path: string, text: string): readonly Attempt[] {
  const bytes = Buffer.from(text, 'latin1');
  return filter.open().attempts({ file: { host: 'web1', path, modified: NOW }, bytes, offset: 0 });
}

const KNOCK = 'Jan 10 11:59:00 knock from 192.0.2.1\n';

describe('adopt()', () => {
  it('makes attempts of the lines of a log, for all jails that read it', () => {
    const found = attempts(adopted({ jails: '[a]\n[b]\nlogpath = /var/log/a.log\n[c]\n' }), '/var/log/a.log', KNOCK);
    expect(found).toMatchObject([
      { time: NOW - 60_000, address: { text: '192.0.2.1' }, pattern: { jail: 'a', kind: 'ssh.login', number: 1 } },
      { pattern: { jail: 'b', filter: 'b' }, offset: 0, line: KNOCK.trimEnd(), count: 1 },
    ]);
  });

  it('has the limits of the jails', () => {
    const { jails } = adopted({ jails: '[a]\nmaxretry = 7\nfindtime = 1h\nbantime = 1d\n[b]\nbantime = -1\n' });
    expect(jails).toMatchObject([
      { name: 'a', maxRetry: 7, findTime: 3_600_000, banTime: 86_400_000, ticket: { memoryMs: 7_200_000 } },
      { name: 'b', banTime: Number.POSITIVE_INFINITY },
    ]);
    expect(jails.map(({ ticket }) => ticket?.length(3, 0))).toEqual([86_400_000, Number.POSITIVE_INFINITY]);
  });

  it('makes bans grow by the formula of the jail, but for the first', () => {
    const [jail] = adopted({ jails: '[a]\nbantime = 1m\nbantime.increment = true\nbantime.rndtime = 10\n' }).jails;
    expect([0, 1, 2].map((prior) => jail?.ticket?.length(prior, 0.5))).toEqual([60_000, 125_000, 245_000]);
    expect(jail?.ticket?.increment).toBe('jail');
  });

  it('spares whom a jail ignores: addresses, networks, files, and this host where it says so', () => {
    const jails = '[a]\nignoreip = 192.0.2.1 198.51.100.7/24 file:/f/list name.example\nignoreself = true\n';
    const list = '# the office\n203.0.113.0/24, 203.0.114.1 ; more\n';
    const own = [{ base: { w0: 0, w1: 0, w2: 0xffff, w3: 1, text: '0.0.0.1' }, bits: 128, text: '0.0.0.1' }];
    const { jails: made, problems } = adopted({ jails, own, files: { '/f/list': list } });
    expect(made[0]?.ticket?.allow().map(({ network }) => network.text)).toEqual([
      ...['0.0.0.1', '192.0.2.1', '198.51.100.0/24', '203.0.113.0/24', '203.0.114.1'],
    ]);
    expect(problems).toMatchObject([{ what: 'names are not looked up, so "name.example" spares nobody' }]);
  });

  it('says of a bad network that it is none, and takes one with bits of a host as fail2ban does', () => {
    const { jails, problems } = adopted({ jails: '[a]\nignoreip = 127.0.0.1/8 192.0.2.0/33\n' });
    expect(jails[0]?.ticket?.allow().map(({ network }) => network.text)).toContain('127.0.0.0/8');
    expect(problems).toMatchObject([
      {
        where: expect.stringMatching(/\[a\] ignoreip$/),
        what: expect.stringMatching(/^"192.0.2.0\/33" is no network/),
      },
    ]);
  });

  it('leaves out what it cannot use, and says so with its place', () => {
    const files = { '/f/filter.d/odd.conf': '[Definition]\nfailregex = ^ (<HOST>$\n' };
    const { jails, problems } = adopted({ jails: '[a]\nfilter = odd\n[knockers]\n[b]\nignorecommand = /x\n', files });
    expect(jails.map(({ name }) => name)).toEqual(['b']);
    expect(problems.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      expect.stringMatching(/^\/f\/filter\.d\/odd\.conf:2 \[Definition\] failregex: jail \[a\] is skipped: column/),
      expect.stringMatching(/\[knockers\]: jail \[knockers\] is skipped: its bans let somebody in$/),
    ]);
  });

  it('leaves a jail out that would read the whole journal, because of a match that is none', () => {
    const jails = [
      '[a]\nbackend = systemd\njournalmatch = SYSLOG_IDENTIFIER myapp\n',
      '[b]\nbackend = systemd\njournalmatch = _COMM=x + "SYSLOG_IDENTIFIER=my app"\n',
      '[c]\njournalmatch = _COMM=x comm=y\n',
    ];
    const { jails: made, watched, problems } = adopted({ jails: jails.join('') });
    expect(made.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(watched[0]?.journal).toEqual(['_COMM=x', 'SYSLOG_IDENTIFIER=my app']);
    expect(problems.map(formatProblem)).toEqual([
      '/f/jail.conf:7 [a] journalmatch: jail [a] is skipped: "SYSLOG_IDENTIFIER" is no match of a journal (write FIELD=value, the field in capitals)',
      '/f/jail.conf:12 [c] journalmatch: "comm=y" is no match of a journal; no entries of a journal are read (write FIELD=value, the field in capitals)',
    ]);
  });

  it('knows what the actions of a jail block', () => {
    const { ports } = adopted({
      jails: [
        '[a]\naction = block[port="ssh,2222"]\n',
        '[b]\naction = block[port="1:65535"]\n  block-allports\n',
        '[c]\naction =\n',
      ].join(''),
    });
    expect([...ports]).toEqual([
      ['a', ['ssh', '2222']],
      ['b', 'all'],
      ['c', 'all'],
    ]);
  });

  it('finds the jails of a copied log by the names that agree best, and says which', () => {
    const made = adopted({ jails: '[a]\nlogpath = /var/log/x/*.log\n[b]\nlogpath = /var/log/y/err.log\n' });
    for (const path of ['backup/var/log/y/err.log', 'err.log', 'x/err.log.2.gz', 'other.txt']) {
      attempts(made, path, KNOCK);
    }
    expect(made.routes.map(({ jails }) => jails.join(' '))).toEqual(['b', 'a b', 'a', '']);
  });

  it('reads live what the logpath names, and nothing that is called alike', () => {
    const made = adopted({ jails: '[a]\n[b]\nbackend = systemd\nlogpath = /var/log/a.log\n', logs: 'live' });
    expect(attempts(made, '/var/log/a.log', KNOCK)).toHaveLength(1);
    expect(attempts(made, '/srv/log/a.log', KNOCK)).toHaveLength(0);
    expect(made.watched).toMatchObject([
      { name: 'a', logs: ['/var/log/a.log'], journal: [] },
      { name: 'b', logs: [], journal: expect.arrayContaining(['_TRANSPORT=syslog']) },
    ]);
  });

  it('lets a jail be chosen for a log', () => {
    const made = adopted({
      jails: '[a]\n[b]\n',
      chosen: [
        { jail: 'b', log: 'some.txt' },
        { jail: 'z', log: 'x' },
      ],
    });
    expect(attempts(made, 'some.txt', KNOCK)).toMatchObject([{ pattern: { jail: 'b' } }]);
    expect(made.problems).toEqual([expect.objectContaining({ what: 'there is no jail "z" in use to read x' })]);
  });

  it('reads a journal for the jails that want its entries, as lines without a date', () => {
    const jails =
      '[a]\nbackend = systemd\njournalmatch = _COMM=knockd\n[b]\nbackend = systemd\njournalmatch = _COMM=x\n';
    const files = {
      '/f/filter.d/knock.conf': '[Definition]\nfailregex = ^\\s*\\S+ knockd\\[\\d+\\]: knock from <HOST>$\n',
    };
    const entry = {
      __REALTIME_TIMESTAMP: '1727949600123456',
      _HOSTNAME: 'web1',
      SYSLOG_IDENTIFIER: 'knockd',
      _PID: '1',
    };
    const line = `${JSON.stringify({ ...entry, _COMM: 'knockd', MESSAGE: 'knock from 192.0.2.1' })}\n`;
    expect(attempts(adopted({ jails, files }), '-', line)).toMatchObject([
      { time: 1_727_949_600_123, pattern: { jail: 'a' }, line: line.trimEnd() },
    ]);
  });

  it('gives a line without a time that of the one before, and the first that of the file', () => {
    const found = attempts(
      adopted({ jails: '[a]\n' }),
      '/var/log/a.log',
      ` knock from 192.0.2.9\n${KNOCK} knock from 192.0.2.2\n`,
    );
    expect(found.map(({ time }) => time)).toEqual([NOW, NOW - 60_000, NOW - 60_000]);
  });

  it('counts what is about no address, what is too long, and what nobody reads', () => {
    const files = {
      '/f/filter.d/knock.conf':
        '[Definition]\nfailregex = ^ knock from <HOST>$\n  ^ id <F-ID>\\S+</F-ID>$\n  ^ net <SUBNET>$\n',
    };
    const { filter } = adopted({ jails: '[a]\nusedns = warn\n', files });
    const log = filter.open();
    const text = `${KNOCK}Jan 10 11:59:00 id session-7\nJan 10 11:59:00 knock from host.example\nJan 10 11:59:00 net 192.0.2.0/24\n${'x'.repeat(9_000)}\n`;
    const read = (path: string): number => {
      const file = { host: 'web1', path, modified: NOW };
      return log.attempts({ file, bytes: Buffer.from(text), offset: 0 }).length;
    };
    expect(read('/var/log/a.log')).toBe(1);
    expect(log.counts).toMatchObject({ lines: 5, nameless: 3, oversize: 1, unknown: 0 });
    expect(read('nobody')).toBe(0);
    expect(log.counts).toMatchObject({ lines: 10, nameless: 3, oversize: 1, unknown: 5 });
  });

  it('tells of which jail an expression took too long', () => {
    const files = {
      '/f/filter.d/slow.conf': '[Definition]\nfailregex = ^ (a+)(a+)(a+)(a+)\\1\\2\\3\\4 from <HOST>$\n',
    };
    const { filter } = adopted({ jails: '[a]\n[b]\nfilter = slow\nlogpath = /var/log/a.log\n', files });
    const log = filter.open();
    const bytes = Buffer.from(`${KNOCK}${`Jan 10 11:59:00 ${'a'.repeat(401)} from 192.0.2.7\n`.repeat(2)}`);
    const file = { host: 'web1', path: '/var/log/a.log', modified: NOW };
    expect(log.attempts({ file, bytes, offset: 0 }).length).toBe(1);
    const givenUp = [{ jail: 'b', times: 2, expression: expect.stringContaining('(a+)(a+)(a+)(a+)') }];
    expect(log.counts).toMatchObject({ exhausted: 2, givenUp });
    const rotated = { ...file, path: '/var/log/nobody.log' };
    log.attempts({ file: rotated, bytes, offset: 0 });
    expect(log.counts).toMatchObject({ exhausted: 2, givenUp });
  });

  it('decodes as the original does, and keeps the bytes as evidence', () => {
    const files = { '/f/filter.d/knock.conf': '[Definition]\nfailregex = ^ <F-USER>.</F-USER> from <HOST>$\n' };
    const lines = 'Jan 10 11:59:00 \xc3\xa9 from 192.0.2.1\r\nJan 10 11:59:00 \xe9 from 192.0.2.1\n';
    const found = attempts(adopted({ jails: '[a]\n', files }), '/var/log/a.log', lines);
    expect(found.map(({ user }) => user)).toEqual(['\xc3\xa9', '\xef\xbf\xbd']);
    const latin = adopted({ jails: '[a]\nlogencoding = latin-1\n', files });
    expect(attempts(latin, '/var/log/a.log', lines).map(({ line }) => line)).toEqual([
      'Jan 10 11:59:00 \xe9 from 192.0.2.1',
    ]);
    expect(adopted({ jails: '[a]\nlogencoding = klingon\n' }).problems).toMatchObject([
      { what: '"klingon" is no encoding that is known; its logs are read as UTF-8' },
    ]);
  });

  it('tells the bans of others to a jail that watches the log of the server', () => {
    const files = {
      '/f/fail2ban.conf': '[Definition]\nlogtarget = /var/log/f.log\n',
      '/f/filter.d/again.conf':
        '[Definition]\nfailregex = ^\\s*fail2ban\\.actions\\s*\\[\\d+\\]: NOTICE\\s+\\[(?!again\\])\\S+\\] Ban <HOST>$\n',
    };
    const made = adopted({ jails: '[a]\n[again]\nfilter = again\nlogpath = /var/log/f.log\n', files });
    const [a, again] = made.jails;
    const subject = {
      base: { w0: 0, w1: 0, w2: 0xffff, w3: 0xc0000201 | 0, text: '192.0.2.1' },
      bits: 128,
      text: '192.0.2.1',
    };
    const ban = { jail: 'a', host: 'web1', from: NOW, subject };
    expect(a?.ticket?.hears).toBeUndefined();
    expect(again?.ticket?.hears?.(ban)).toMatchObject({ time: NOW, address: subject.base, pattern: { jail: 'again' } });
    expect(again?.ticket?.hears?.({ ...ban, jail: 'again' })).toBeUndefined();
    // Who replays such a log is not told twice.
    attempts(made, '/var/log/f.log', 'x\n');
    expect(again?.ticket?.hears?.(ban)).toBeUndefined();
  });
});
