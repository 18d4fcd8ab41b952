import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UTC } from '../../base/zone.ts';
import { FORMATS, type Format } from '../definition.ts';
import { Timestamps } from '../timestamp.ts';
import { ENVELOPES, readerOf } from './index.ts';

function read(format: Format, line: string, path = '/var/log/x.log') {
  const timestamps = new Timestamps({ zone: UTC, modified: Date.UTC(2024, 10, 1) });
  const envelope = readerOf(format, path)({ text: `${line}\n`, start: 0, end: line.length }, timestamps);
  if (!envelope) return undefined;
  const { field, process, pid, time, access } = envelope;
  return { field: field.text.slice(field.start, field.end), process, pid, time: new Date(time).toISOString(), access };
}

const SSHD = { field: 'Failed password', process: 'sshd', pid: '12', time: '2024-10-03T12:00:01.000Z' };

describe('ENVELOPES.syslog', () => {
  it.each([
    ['RFC 3339', '2024-10-03T14:00:01.000000+02:00 host sshd[12]: Failed password'],
    ['classic', 'Oct  3 12:00:01 host sshd[12]: Failed password'],
    ['classic with priority', '<38>Oct  3 12:00:01 host sshd[12]: Failed password'],
    ['RFC 5424', '<38>1 2024-10-03T12:00:01Z host sshd 12 - - Failed password'],
    ['RFC 5424 with data', '<38>1 2024-10-03T12:00:01Z host sshd 12 ID [a@1 b="c]\\"d"][e@1] Failed password'],
    [
      'journald JSON',
      '{"__REALTIME_TIMESTAMP":"1727956801000000","SYSLOG_IDENTIFIER":"sshd","_PID":"12","MESSAGE":"Failed password"}',
    ],
    [
      'journald JSON in bytes',
      '{"__REALTIME_TIMESTAMP":"1727956801000000","SYSLOG_IDENTIFIER":"sshd","_PID":"12","MESSAGE":[70,97,105,108,101,100,32,112,97,115,115,119,111,114,100]}',
    ],
    ['rsyslog JSON', '{"ts":"2024-10-03T12:00:01+00:00","prog":"sshd","pid":"12","msg":" Failed password"}'],
  ])('reads %s alike', (_, line) => {
    expect(read('syslog', line)).toMatchObject(SSHD);
  });

  it('reads a daemon without process id, and the bare form of its own log', () => {
    const dovecot = read('syslog', 'Oct  3 12:00:01 host dovecot: imap-login: Disconnected');
    expect(dovecot).toMatchObject({ process: 'dovecot', pid: '', field: 'imap-login: Disconnected' });
    const bare = read('syslog', 'Oct  3 12:00:01 imap-login: Info: Disconnected');
    expect(bare).toMatchObject({ process: '', pid: '', field: 'imap-login: Info: Disconnected' });
  });

  it('keeps a newline in a JSON message from ending it', () => {
    const line = '{"__REALTIME_TIMESTAMP":"1727956801000000","MESSAGE":"one\\ntwo"}';
    expect(read('syslog', line)?.field).toBe('one\0two');
  });

  it.each([
    ['no date', 'Server listening on 0.0.0.0 port 22.'],
    ['no colon behind the program', 'Oct  3 12:00:01 host sshd[12] Failed'],
    ['nothing behind the host', 'Oct  3 12:00:01 host'],
    ['a process id that does not close', 'Oct  3 12:00:01 host sshd[12: Failed'],
    ['broken JSON', '{"MESSAGE":"x"'],
    ['JSON of something else', '{"a":1}'],
    ['an unclosed data element', '<38>1 2024-10-03T12:00:01Z host sshd 12 - [a@1 b="c Failed password'],
  ])('refuses a line with %s', (_, line) => {
    expect(read('syslog', line)).toBeUndefined();
  });
});

const GET = { field: 'GET / HTTP/1.1', time: '2024-10-03T10:00:01.000Z' };
const REST = '[03/Oct/2024:12:00:01 +0200] "GET / HTTP/1.1" 404 153';

describe('ENVELOPES.access', () => {
  it.each([
    ['common', `203.0.113.7 - - ${REST}`, { name: '-', agent: '', forwarded: '' }],
    ['combined', `203.0.113.7 - - ${REST} "-" "curl/8"`, { name: '-', agent: 'curl/8', forwarded: '' }],
    ['a virtual host in front', `example.org:80 203.0.113.7 - bob ${REST} "-" "x"`, { name: 'bob', agent: 'x' }],
    ['a host behind the address', `203.0.113.7 example.org:81 bob ${REST} "-" "x"`, { name: 'bob', agent: 'x' }],
    ['a name with blanks and a date', `203.0.113.7 - a [03/Oct/2024:1 b ${REST} "-" "x"`, { agent: 'x' }],
    ['a forwarded column', `203.0.113.7 - - ${REST} "-" "x" "198.51.100.99"`, { forwarded: '198.51.100.99' }],
    ['an empty forwarded column', `203.0.113.7 - - ${REST} "-" "x" "-"`, { forwarded: '' }],
    ['escaped quotes in the referer', `203.0.113.7 - - ${REST} "a\\" 404 1 \\"b" "x"`, { agent: 'x' }],
  ])('reads %s', (_, line, access) => {
    const found = read('access', line);
    expect(found).toMatchObject(GET);
    expect(found?.access).toMatchObject({ address: '203.0.113.7', status: '404', ...access });
  });

  it('takes neither of two addresses, except in the log of a server that is known to write its own second', () => {
    const line = `203.0.113.7 198.51.100.99 bob ${REST} "-" "x"`;
    expect(read('access', line)).toBeUndefined();
    expect(read('access', line, '/var/log/lighttpd/access.log.1')?.access).toMatchObject({
      ...{ address: '203.0.113.7', name: 'bob', agent: 'x' },
    });
  });

  it('reads a host in the request as part of the layout, where the server always writes it', () => {
    const line = `203.0.113.7 - - ${REST.replace('GET /', 'GET http://www.example.org/a')} "-" "x"`;
    expect(read('access', line)?.field).toBe('GET http://www.example.org/a HTTP/1.1');
    expect(read('access', line, '/var/log/varnish/varnishncsa.log')?.field).toBe('GET /a HTTP/1.1');
  });

  it('takes the bracket of the server, whatever a user name imitates', () => {
    const name = 'x [01/Jan/2020:00:00:00 +0000] \\"GET /wp-login.php HTTP/1.1\\" 404';
    expect(read('access', `203.0.113.7 - ${name} ${REST}`)).toMatchObject({ ...GET, access: { name } });
  });
});

describe('ENVELOPES of error logs', () => {
  it('reads nginx, with and without a connection', () => {
    expect(read('nginx-error', '2024/10/03 12:00:01 [error] 34#35: *12 limiting requests')).toMatchObject({
      field: 'limiting requests',
      process: '34#35',
      pid: '*12',
    });
    expect(read('nginx-error', '2024/10/03 12:00:01 [notice] 34#35: signal 29')?.field).toBe('signal 29');
  });

  it('reads Apache 2.4 and 2.2', () => {
    const newer = '[Thu Oct 03 12:00:01.123456 2024] [core:error] [pid 12:tid 34] [client 203.0.113.7:5] AH00126: x';
    expect(read('apache-error', newer)).toMatchObject({ field: '[client 203.0.113.7:5] AH00126: x', pid: '12' });
    expect(read('apache-error', '[Thu Oct 03 12:00:01 2024] [error] [client 203.0.113.7] x')).toMatchObject({
      field: '[client 203.0.113.7] x',
      pid: '',
    });
  });
});

it('ENVELOPES never throw, and never look beyond their line', () => {
  const starts = [
    '',
    'Oct  3 12:00:01 ',
    '<38>1 2024-10-03T12:00:01Z ',
    '203.0.113.7 - - [03/Oct/2024:12:00:01 +0200] "',
    '{"MESSAGE":',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.string({ maxLength: 60 }),
      fc.constantFrom(...FORMATS),
      (start, rest, format) => {
        const line = (start + rest).replaceAll('\n', '');
        const next = 'Oct  3 12:00:01 host sshd[1]: next] "x" 1 : *1 ';
        const timestamps = new Timestamps({ zone: UTC, modified: 0 });
        const envelope = ENVELOPES[format]({ text: `${line}\n${next}\n`, start: 0, end: line.length }, timestamps);
        if (envelope?.field.text.startsWith(line)) expect(envelope.field.end).toBeLessThanOrEqual(line.length);
      },
    ),
    { numRuns: 3_000 },
  );
});
