import { describe, expect, it } from 'vitest';
import { memoryTree } from './file-tree.ts';
import { type JailsRead, readJails, readServer } from './installation.ts';

const FILTER = `[INCLUDES]
before = common.conf
[DEFAULT]
_daemon = knockd
[Definition]
prefregex = ^<F-MLFID>%(__prefix)s</F-MLFID><F-CONTENT>.+</F-CONTENT>$
failregex = ^no for <F-USER>\\S+</F-USER> from <HOST>$
    <mdre-<mode>>
mdre-normal =
mdre-strict = ^odd from <HOST>
ignoreregex =
mode = normal
maxlines = 3
journalmatch = _SYSTEMD_UNIT=knock.service + "_COMM=a b"
`;

const ACTION = `[Definition]
actionban = <tool> add <set> <ip> timeout <bantime> <blocktype>
actionstart = <tool> make <set>
actioncheck =
[Init]
tool = nft
set = rl-<name>
blocktype = drop
[Init?family=inet6]
blocktype = drop6
`;

const FILES = {
  '/f/fail2ban.conf': '[Definition]\nloglevel = DEBUG\n',
  '/f/jail.conf': `[DEFAULT]
maxretry = 5
findtime = 10m
bantime = 1h
maxmatches = %(maxretry)s
port = 0:65535
mode = normal
filter = %(__name__)s[mode=%(mode)s]
banaction = block
action_ = %(banaction)s[port="%(port)s"]
action = %(action_)s
ignoreip = 127.0.0.1/8, ::1
enabled = false
[knock]
port = 7,8
logpath = /var/log/knock.log
    /var/log/*.knock tail
[off]
broken = %(nothing)s
`,
  '/f/filter.d/knock.conf': FILTER,
  '/f/filter.d/common.conf':
    '[DEFAULT]\n__prefix = <prefix-<logtype>>\n_daemon = \\S+\nlogtype = file\n[Definition]\nprefix-file = %(_daemon)s:\\s\nprefix-journal =\n',
  '/f/action.d/block.conf': ACTION,
};

const GROWING = '[knock]\nenabled = true\nbantime.increment = true\n';

function read(local: string): JailsRead {
  return readJails({ tree: memoryTree({ ...FILES, '/f/jail.local': local }), root: '/f' }, '1.1.0');
}

describe('readJails()', () => {
  it('leaves jails out that are not enabled, whatever is in them', () => {
    expect(read('')).toEqual({ jails: [], problems: [] });
  });

  it('puts filter, actions and limits together', () => {
    const { jails, problems } = read('[knock]\nenabled = true\nmode = strict\nfindtime = 1h+30m\n');
    expect(problems).toEqual([]);
    expect(jails).toHaveLength(1);
    expect(jails[0]).toMatchObject({
      name: 'knock',
      backend: 'auto',
      filter: {
        name: 'knock',
        prefRegex: '^<F-MLFID>knockd:\\s</F-MLFID><F-CONTENT>.+</F-CONTENT>$',
        failRegex: ['^no for <F-USER>\\S+</F-USER> from <HOST>$', '^odd from <HOST>'],
        maxLines: 3,
        journalMatch: [['_SYSTEMD_UNIT=knock.service', '+', '_COMM=a b']],
      },
      logPaths: [
        { glob: '/var/log/knock.log', from: 'head' },
        { glob: '/var/log/*.knock', from: 'tail' },
      ],
      ignoreIp: ['127.0.0.1/8', '::1'],
      limits: { maxRetry: 5, maxMatches: 5, findTime: 5_400, banTime: 3_600 },
    });
    expect(Object.fromEntries(jails[0]?.actions[0]?.properties ?? [])).toMatchObject({
      actionban: 'nft add rl-knock <ip> timeout <bantime> <blocktype>',
      actionstart: 'nft make rl-knock',
      port: '7,8',
      blocktype: 'drop',
      'blocktype?family=inet6': 'drop6',
      name: 'knock',
      actname: 'block',
    });
  });

  it('lets a jail cover its filter and refer to what it covers', () => {
    const { jails } = read('[knock]\nenabled = 1\nmaxlines = 2\nfailregex = %(known/failregex)s\n  ^mine <HOST>\n');
    expect(jails[0]?.filter?.failRegex).toEqual(['^no for <F-USER>\\S+</F-USER> from <HOST>$', '^mine <HOST>']);
    expect(jails[0]?.filter?.maxLines).toBe(2);
  });

  it('gives the journal its own prefix', () => {
    const { jails } = read('[knock]\nenabled = true\nbackend = systemd[journalflags=1]\n');
    expect(jails[0]?.filter?.prefRegex).toBe('^<F-MLFID></F-MLFID><F-CONTENT>.+</F-CONTENT>$');
  });

  it('tells several actions and copies of one apart', () => {
    const { jails } = read(
      '[knock]\nenabled = true\naction = block[name=%(__name__)s-udp, blocktype=none]\n  block[name=other]\n  mail.py[actname=m, to="root"]\n',
    );
    expect(jails[0]?.actions.map(({ name }) => name)).toEqual(['block-udp', 'block-other', 'm']);
    expect(jails[0]?.actions[0]?.properties.get('blocktype?family=inet6')).toBe('none');
    expect(jails[0]?.actions[2]).toMatchObject({ file: 'mail.py', properties: new Map([['to', 'root']]) });
  });

  it('reads growing bans', () => {
    const { jails } = read(
      '[knock]\nenabled = true\nbantime.increment = on\nbantime.maxtime = 1d\nbantime.overalljails = yes\n',
    );
    const increment = jails[0]?.limits.increment;
    expect([1, 2, 9].map((count) => increment?.banTime.next(3_600, count, 0))).toEqual([7_200, 14_400, 86_400]);
    expect(increment?.isOverAllJails).toBe(true);
  });

  it.each([
    ['[knock]\nenabled = true\nfilter = none\n', '/f/filter.d/none.conf', 'there is no such file'],
    [
      '[knock]\nenabled = true\nfilter = knock[mode\n',
      '/f/jail.local:3 [knock] filter',
      'is not name[option=value, ...]',
    ],
    ['[knock]\nenabled = true\naction = none\n', '/f/action.d/none.conf', 'there is no such file'],
    [
      '[knock]\nenabled = true\nbantime = for ever\n',
      '/f/jail.local:3 [knock] bantime',
      '"for" is no unit of time here',
    ],
    ['[knock]\nenabled = true\nmaxretry = five\n', '/f/jail.local:3 [knock] maxretry', '"five" is no number'],
    [
      '[DEFAULT]\ntries = five\nmaxretry = %(tries)s\n[knock]\nenabled = true\n',
      '/f/jail.local:2 [DEFAULT] tries',
      '"five"',
    ],
    [
      `${GROWING}bantime.formula = banCount\n`,
      '/f/jail.local:4 [knock] bantime.formula',
      '"banCount" means nothing here',
    ],
    [`${GROWING}bantime.factor = x\n`, '/f/jail.local:4 [knock] bantime.factor', '"x" means nothing here'],
    [`${GROWING}bantime.multipliers = 1 y\n`, '/f/jail.local:4 [knock] bantime.multipliers', '"y" means nothing here'],
    [`${GROWING}bantime.rndtime = 1z\n`, '/f/jail.local:4 [knock] bantime.rndtime', '"z" is no unit of time here'],
    ['[knock]\nenabled = true\nmaxlines = 0\n', '/f/jail.local:3 [knock] maxlines', 'no number above zero: 0'],
    [
      '[knock]\nenabled = true\nfilter = knock[x="<y>", y="<x>", mode="<x>"]\n',
      '/f/filter.d/knock.conf',
      'refers to itself by',
    ],
    [
      '[off]\nenabled = true\n[knock]\nlogpath = %(nothing)s\nenabled = true\n',
      '/f/jail.local:4',
      'refers to no option',
    ],
    [
      '[DEFAULT]\nbanaction = %(nothing)s\n[knock]\nenabled = true\n',
      '/f/jail.local:2',
      '%(nothing)s refers to no option',
    ],
  ])('skips a jail with a mistake and names its place: %j', (local, where, what) => {
    const { jails, problems } = read(local);
    expect(jails.map(({ name }) => name)).not.toContain('knock');
    expect(problems).toContainEqual(
      expect.objectContaining({ where: expect.stringContaining(where), what: expect.stringContaining(what) }),
    );
    expect(problems[0]).toMatchObject({ effect: 'skipped', jails: [expect.stringMatching(/^(?:knock|off)$/)] });
  });

  it.each([
    ['filter = none', '/f/jail.local:3 [knock] filter'],
    ['banaction = none', '/f/jail.local:3 [knock] banaction'],
  ])('says where a file is named that there is not: %s', (option, place) => {
    const { problems } = read(`[knock]\nenabled = true\n${option}\n`);
    expect(problems).toMatchObject([{ what: 'there is no such file', hint: `named by ${place}` }]);
  });

  it('passes over a formula that multipliers take the place of, as fail2ban does', () => {
    const { problems } = read(`${GROWING}bantime.formula = banCount\nbantime.multipliers = 1 2 4\n`);
    expect(problems).toEqual([]);
  });

  it.each([
    ['enabled = treu', '/f/jail.local:2 [knock] enabled', '"treu" is neither true nor false, so the jail is off'],
    [
      'enabled = true\nbantime.increment = jes',
      '/f/jail.local:3 [knock] bantime.increment',
      '"jes" is neither true nor false, and taken for false',
    ],
    [
      'enabled = true\nmode = stritc',
      '/f/jail.local:3 [knock] mode',
      'nothing stands for <mdre-stritc>, so this very text is looked for',
    ],
    [
      'enabled = true\nfilter = knock[mode=stritc]',
      '/f/jail.local:3 [knock] filter',
      'nothing stands for <mdre-stritc>, so this very text is looked for',
    ],
    [
      'enabled = true\nmaxrety = 3',
      '/f/jail.local:3 [knock] maxrety',
      'there is no such option, and nothing refers to it',
    ],
    ['enabeld = true', '/f/jail.local:2 [knock] enabeld', 'there is no such option, and nothing refers to it'],
  ])('doubts %j', (options, where, what) => {
    expect(read(`[knock]\n${options}\n`).problems).toMatchObject([{ where, what }]);
  });

  it('has no doubts about variables, words for no, and text in angle brackets', () => {
    const { problems } = read(
      '[knock]\nenabled = TRUE\nmaxrety = 3\nmaxretry = %(maxrety)s\naction_mw = x\nignoreself = off\nfailregex = ^<user> <mailto:x> <HOST>\n',
    );
    expect(problems).toEqual([]);
  });

  it('says of a filter without an expression that its jail bans nobody, and which option may be meant', () => {
    const files = { ...FILES, '/f/filter.d/typo.conf': '[Definition]\nfailregexp = ^x <HOST>\n' };
    const local = '[knock]\nenabled = true\nfilter = typo\n';
    const tree = memoryTree({ ...files, '/f/jail.local': local });
    expect(readJails({ tree, root: '/f' }, '1').problems).toMatchObject([
      { where: '/f/filter.d/typo.conf:2 [Definition] failregexp', hint: 'failregex may be meant', effect: 'warning' },
      {
        where: '/f/filter.d/typo.conf failregex',
        what: 'its filter typo has no failregex',
        effect: 'idle',
        jails: ['knock'],
      },
    ]);
  });

  it('says when there is no jail.conf at all', () => {
    expect(() => readJails({ tree: memoryTree({}), root: '/f' }, '1')).toThrow('/f/jail.conf: there is no such file');
  });
});

describe('readServer()', () => {
  it('has the defaults for what is not said', () => {
    const { options: server } = readServer({ tree: memoryTree(FILES), root: '/f' });
    expect(server.get('loglevel')).toBe('DEBUG');
    expect(server.get('dbpurgeage')).toBe('1d');
  });
});
