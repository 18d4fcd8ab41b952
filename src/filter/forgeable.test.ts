/**
 * The check for forged addresses: patterns as they were once fooled in other programs, written in our language, are
 * found; and so written that they cannot be fooled, they are not.
 */
import { describe, expect, it } from 'vitest';
import type { FilterDefinition, PatternDefinition } from './definition.ts';
import { proveFilter } from './proof.ts';

const HEAD = 'Oct  3 12:00:01 host daemon[12]: ';

function problemsOf(
  pattern: Partial<PatternDefinition>,
  hits: readonly string[],
  format: FilterDefinition['format'] = 'syslog',
) {
  const definition: FilterDefinition = {
    ...{ name: 'x', about: 'x', service: 'ssh', format, journal: [], logs: [], misses: [{ line: 'a' }, { line: 'b' }] },
    patterns: [{ kind: 'ssh.login', ...pattern }],
    hits: [0, 1, 2].map((index) => ({
      line: (format === 'syslog' ? HEAD : '') + (hits[index % hits.length] ?? ''),
      attempt: { kind: 'ssh.login', address: '203.0.113.7' },
    })),
  };
  return proveFilter(definition, new Set(['ssh.login'])).problems.map(({ what }) => what);
}

const FORGED = /could plant|can plant|it plants|name any address/;

/** What it was, the pattern then, the pattern repaired, a line of the service. */
const HISTORIC: ReadonlyArray<readonly [string, string, string, string]> = [
  [
    'DenyHosts 2.5 (CVE-2006-6301): any line that holds the words',
    '<any>[Ii]nvalid user <any> from <address><any>',
    'Invalid user <user> from <address> port <port>',
    'Invalid user alice from 203.0.113.7 port 40112',
  ],
  [
    'DenyHosts 2.6 and its like (CVE-2013-6890): the end is open',
    'Failed password for invalid user <word> from <address><any>',
    'Failed password for invalid user <user> from <address> port <port> ssh2',
    'Failed password for invalid user alice from 203.0.113.7 port 40112 ssh2',
  ],
  [
    "CrowdSec's sshd: a word, the address, whatever comes",
    'Failed password for (?:invalid user )?<word> from <address> port <port> ?<any>',
    'Failed password for (?:invalid user )?<user> from <address> port <port>(?: ssh2)?',
    'Failed password for invalid user alice from 203.0.113.7 port 40112 ssh2',
  ],
  [
    'fail2ban 0.7 sshd (CVE-2006-6302): AllowUsers',
    'User <any> from <address> not allowed because <any>',
    'User <user> from <address> not allowed because not listed in AllowUsers',
    'User alice from 203.0.113.7 not allowed because not listed in AllowUsers',
  ],
  [
    'an SSH client version (CVE-2007-4321)',
    '(?:Bad protocol version identification|Did not receive identification string) ?<any>from <address><any>',
    "Bad protocol version identification '<any>' from <address> port <port>",
    "Bad protocol version identification 'GET / HTTP/1.0' from 203.0.113.7 port 40112",
  ],
  [
    'Apache (CVE-2013-2178): the client is looked for anywhere',
    '<any>\\[client <address>\\] user <any> not found<any>',
    '\\[client <address>:<port>\\] <any>user <any> not found: <any>',
    '[client 203.0.113.7:40112] AH01618: user alice not found: /private',
  ],
  [
    'vsftpd through PAM',
    'authentication failure; <any> rhost=<address>(?:  ?user=<any>)?',
    'authentication failure; logname=[\\w.-]* uid=\\d+ euid=\\d+ tty=ftp ruser=<user> rhost=<address>(?:  ?user=[\\w.-]+)?',
    'authentication failure; logname= uid=0 euid=0 tty=ftp ruser=alice rhost=203.0.113.7',
  ],
  [
    'PAM in general: ruser has no blank, until it has',
    'authentication failure; logname=\\S* uid=\\d+ euid=\\d+ tty=\\S* ruser=\\S* rhost=<address>(?:  ?user=<user>)?',
    'authentication failure; logname=[\\w.-]* uid=\\d+ euid=\\d+ tty=[\\w/.:-]* ruser=<user> rhost=<address>',
    'authentication failure; logname= uid=0 euid=0 tty=ssh ruser=alice rhost=203.0.113.7',
  ],
  [
    'Courier',
    'LOGIN FAILED, (?:user|method)=<user>, ip=\\[<address>\\]<any>',
    'LOGIN FAILED, user=<user>, ip=\\[<address>\\](?:, port=\\[<port>\\])?',
    'LOGIN FAILED, user=alice, ip=[203.0.113.7], port=[40112]',
  ],
  [
    'Cyrus (CVE-2013-7177): the mechanism and the reason are anything',
    'badlogin: <any>\\[<address>\\] <word> <any>',
    'badlogin: (?:[\\w.-]+ )?\\[<address>\\] [\\w-]+ <any>',
    'badlogin: a.example.net [203.0.113.7] LOGIN SASL(-13): authentication failure',
  ],
  [
    'Postfix (CVE-2013-7176): a mail address holds a host and an address',
    'NOQUEUE: reject: <any>from <any>\\[<address>\\]: 5\\d\\d <any>',
    'NOQUEUE: reject: RCPT from [\\w.-]+\\[<address>\\]: 5\\d\\d <any>',
    'NOQUEUE: reject: RCPT from a.example.net[203.0.113.7]: 554 5.7.1 <x@example.org>: Relay access denied',
  ],
  [
    'wu-ftpd (CVE-2009-0362): a reverse name that begins with an address',
    'failed login from <address>\\S*',
    'failed login from (?:[\\w.-]+ )?\\[<address>\\]',
    'failed login from [203.0.113.7]',
  ],
  [
    'a name in front of the address, with nothing between',
    'refused connect from [\\w.-]*?<address>',
    'refused connect from (?:[\\w.-]+ \\()?<address>\\)?',
    'refused connect from 203.0.113.7',
  ],
  [
    'selinux: key=value in any order',
    'op=login acct=<word> exe=<word> hostname=<word> addr=<address> terminal=<any>',
    'op=login acct="[^"]*" exe="[^"]*" hostname=[\\w.?-]+ addr=<address> terminal=[\\w/]+ res=failed',
    'op=login acct="alice" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.7 terminal=ssh res=failed',
  ],
];

describe('the check for forged addresses', () => {
  it.each(HISTORIC)('finds %s', (_, broken, __, line) => {
    const simple = broken.startsWith('failed login') ? line.replace('[203.0.113.7]', '203.0.113.7') : line;
    expect(problemsOf({ match: broken }, [simple]).join('\n')).toMatch(FORGED);
  });

  it.each(HISTORIC)('lets the repair of %s pass', (_, __, repaired, line) => {
    expect(problemsOf({ match: repaired }, [line])).toEqual([]);
  });

  it('finds what only another pattern of the filter falls for', () => {
    const definition: FilterDefinition = {
      ...{ name: 'x', about: 'x', service: 'ssh', format: 'syslog', journal: [], logs: [] },
      patterns: [
        { kind: 'ssh.login', match: '<any> refused: <address>' },
        { kind: 'ssh.login', match: 'goodbye <address>, <any>' },
      ],
      hits: [
        { line: `${HEAD}login refused: 203.0.113.7`, attempt: { kind: 'ssh.login', address: '203.0.113.7' } },
        { line: `${HEAD}goodbye 203.0.113.7, see you`, attempt: { kind: 'ssh.login', address: '203.0.113.7' } },
        { line: `${HEAD}goodbye 203.0.113.7, `, attempt: { kind: 'ssh.login', address: '203.0.113.7' } },
      ],
      misses: [{ line: 'a' }, { line: 'b' }],
    };
    const { problems } = proveFilter(definition, new Set(['ssh.login']));
    expect(problems.map(({ what }) => what).join()).toContain('hit 2: a client can plant an address: pattern 1');
  });

  const RECORD = {
    ...{ time: '2024-10-03T12:00:01Z', msg: 'login failed', ip: '203.0.113.7', name: 'alice' },
    ...{ headers: { 'X-Real-Ip': ['203.0.113.7'] }, agent: 'x' },
  };

  it('plants in JSON as well', () => {
    const line = JSON.stringify(RECORD);
    const fields = { msg: 'login failed' };
    expect(problemsOf({ fields, address: 'ip', user: 'name' }, [line], 'json')).toEqual([]);
    for (const address of ['headers.X-Real-Ip', 'x_forwarded_for', 'req.headers.host', 'http_x_real_ip'])
      expect(problemsOf({ fields, address }, [line], 'json').join()).toMatch(FORGED);
    expect(problemsOf({ fields, address: 'name', user: 'name' }, [line], 'json').join()).toContain('cannot be both');
    const text = JSON.stringify({ time: RECORD.time, msg: 'login of alice failed from 203.0.113.7 (bad password)' });
    const loose = { msg: 'login of <word> failed from <address> <any>' };
    expect(problemsOf({ fields: loose }, [text], 'json').join()).toMatch(FORGED);
    const named = { msg: 'login of <user> failed from [\\w.-]*?<address> \\(bad password\\)' };
    expect(problemsOf({ fields: named }, [text], 'json').join()).toContain('hit 1: a client can plant');
    const narrow = { msg: 'login of [\\w@ .]+ failed from <address> <any>' };
    expect(problemsOf({ fields: narrow }, [text], 'json').join()).toMatch(FORGED);
    const tight = { msg: 'login of <user> failed from <address> \\(bad password\\)' };
    expect(problemsOf({ fields: tight }, [text], 'json')).toEqual([]);
  });

  it("plants in applications' logs", () => {
    const line = '2024-10-03 12:00:01,123 WARN login of alice failed from 203.0.113.7 (bad password)';
    expect(problemsOf({ match: 'WARN login of <word> failed from <address> <any>' }, [line], 'text').join()).toMatch(
      FORGED,
    );
    expect(
      problemsOf({ match: 'WARN login of <user> failed from <address> \\(bad password\\)' }, [line], 'text'),
    ).toEqual([]);
  });
});
