import { expect, it } from 'vitest';
import { zoneOf } from '../../base/zone.ts';
import { memoryTree } from '../config/file-tree.ts';
import { DateForms } from '../dates/choose.ts';
import { readFail2ban } from '../fail2ban.ts';
import { capturesOf, matchText } from './captures.ts';

const NOW = Date.UTC(2024, 9, 3, 12);
const ENTRY = JSON.stringify({
  ...{ __REALTIME_TIMESTAMP: String(NOW * 1_000), _HOSTNAME: 'host', SYSLOG_IDENTIFIER: 'gate', _PID: '7' },
  MESSAGE: 'refused me@example.org from 192.0.2.7',
});

it('looks at lines again for what the filter captures in them', () => {
  const tree = memoryTree({
    '/f/fail2ban.conf': '[Definition]\nloglevel = INFO\n',
    '/f/filter.d/gate.conf': '[Definition]\nfailregex = refused <F-RCPT>\\S+</F-RCPT> from <ADDR>\n',
    '/f/jail.conf': '[gate]\nenabled = true\nfilter = gate\nlogpath = /x\n',
  });
  const [jail] = readFail2ban({ tree, root: '/f' }).jails;
  const zone = zoneOf('UTC');
  if (!jail || !zone) return expect.fail('no jail');
  const captures = capturesOf(jail, { zone, dates: new DateForms(2024), mode: 'replay' });
  const lines = ['nothing', '2024-10-03 12:00:00 gate: refused a@example.org from 192.0.2.7'];
  expect(captures(lines, NOW).get('rcpt')).toBe('a@example.org');
  expect(captures([...lines, ENTRY], NOW).get('rcpt')).toBe('me@example.org');
  expect([...captures(['nothing'], NOW)]).toEqual([]);
});

it('shows an entry of the journal as fail2ban does, and text as it is', () => {
  expect(matchText(ENTRY)).toBe('host gate[7]: refused me@example.org from 192.0.2.7');
  expect(matchText('\xc3\xbc {')).toBe('ü {');
  expect(matchText('{"no": "entry"}')).toBe('{"no": "entry"}');
});
