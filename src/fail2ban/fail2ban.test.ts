import { describe, expect, it } from 'vitest';
import { UTC, zoneOf } from '../base/zone.ts';
import type { Installation } from './config/definition.ts';
import { diskTree, memoryTree } from './config/file-tree.ts';
import { DateForms } from './dates/choose.ts';
import { filterOf, readFail2ban, type Watch } from './fail2ban.ts';
import { INSTALLED, installedVersion } from './testing/original.ts';

const NOW = Date.UTC(2026, 0, 10, 12);
const WATCH: Watch = { zone: UTC, dates: new DateForms(2026), mode: 'log' };

function installation(jail: string): Installation {
  const tree = memoryTree({
    '/f/fail2ban.conf': '[Definition]\n',
    '/f/jail.conf': `[DEFAULT]\nenabled = true\nfilter = %(__name__)s\nmaxretry = 5\n${jail}`,
    '/f/filter.d/knock.conf': '[Definition]\nfailregex = ^ no <HOST>$\nignoreregex =\n',
    '/f/filter.d/odd.conf': '[Definition]\nfailregex = ^ no <HOST>$\n  ^ (<HOST>$\n',
  });
  return { tree, root: '/f' };
}

describe('an installation', () => {
  it('has jails whose filters work', () => {
    const { jails, problems } = readFail2ban(installation('[knock]\n[none]\n'));
    expect(problems).toEqual([
      {
        where: '/f/filter.d/none.conf',
        what: 'there is no such file',
        hint: 'named by /f/jail.conf:3 [DEFAULT] filter',
        jails: ['none'],
        filter: 'none',
        effect: 'skipped',
      },
    ]);
    const [jail] = jails;
    const filter = jail && filterOf(jail, WATCH);
    const { failures } = filter?.line('Jan 10 11:59:00 no 192.0.2.1', NOW) ?? { failures: [] };
    expect(failures).toMatchObject([{ subject: { text: '192.0.2.1' }, time: NOW - 60_000 }]);
  });

  it('has its jails say how names and zones are taken', () => {
    const { jails } = readFail2ban(installation('[knock]\nusedns = no\nlogtimezone = UTC+0100\n'));
    const filter = jails[0] && filterOf(jails[0], { ...WATCH, zone: zoneOf('America/New_York') ?? UTC });
    expect(filter?.line('Jan 10 11:59:00 no host.example', NOW).failures).toEqual([]);
    expect(filter?.line('Jan 10 12:59:00 no 192.0.2.1', NOW).failures[0]?.time).toBe(NOW - 60_000);
  });

  it.each([
    ['[odd]\n', "/f/filter.d/odd.conf:2 [Definition] failregex: column 3: ( does not close (in '^ (<HOST>$')"],
    [
      '[knock]\ndatepattern = %%Q\n',
      "/f/jail.conf:6 [knock] datepattern: %Q is no field of a date; a percent sign is written %% (in '%Q')",
    ],
    ['[knock]\nlogtimezone = Mars\n', '/f/jail.conf:6 [knock] logtimezone: no zone that is known: Mars'],
    ['[knock]\nfilter =\n', '/f/jail.conf:6 [knock] filter: no filter is named'],
  ])('names the file and the expression of %j', (text, message) => {
    const [jail] = readFail2ban(installation(text)).jails;
    expect(() => jail && filterOf(jail, WATCH)).toThrow(message);
  });
});

const version = installedVersion();
if (version === undefined) console.warn('src/fail2ban/fail2ban.test.ts: no fail2ban is installed, one test is skipped');

it.skipIf(version === undefined)(
  `${version === undefined ? 'SKIPPED, fail2ban is not installed: ' : ''}every installed filter can be used`,
  () => {
    const tree = {
      ...diskTree,
      read: (path: string) =>
        path === `${INSTALLED}/jail.local` ? { text: '[DEFAULT]\nenabled = true\n' } : diskTree.read(path),
    };
    const { jails, problems } = readFail2ban({ tree, root: INSTALLED });
    expect(problems).toEqual([]);
    expect(jails.length).toBeGreaterThan(80);
    for (const jail of jails) {
      const { pref, fail } = filterOf(jail, WATCH).searchers;
      expect({ jail: jail.name, engines: [pref, ...fail].map((one) => one?.expression.engine) }).not.toMatchObject({
        engines: expect.arrayContaining(['own']),
      });
    }
  },
);
