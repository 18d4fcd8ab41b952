import { describe, expect, it } from 'vitest';
import { formatsOfLine, sniffFormat } from './sniff.ts';

const MODIFIED = Date.UTC(2024, 10, 1);
const SYSLOG = 'Oct  3 12:00:01 host sshd[12]: hello\n';
const TEXT = '2024-10-03 12:00:01 [note] hello\n';
const EITHER = 'Oct  3 12:00:01 shop core: hello\n';
const JSON_LINE = '{"time":"2024-10-03T12:00:01Z","msg":"hello"}\n';

describe('sniffFormat()', () => {
  it.each([
    ['syslog', SYSLOG],
    ['syslog', '2024-10-03T12:00:01+00:00 host cron: hello\n'],
    ['syslog', '2024-10-03 12:00:01 host sshd[12]: hello\n'],
    ['syslog', 'Nov 22 11:41:46 imap-login: Info: hello\n'],
    ['syslog', '{"__REALTIME_TIMESTAMP":"1727956801000000","MESSAGE":"hello"}\n'],
    ['syslog', '{"ts":"2024-10-03T12:00:01Z","prog":"sshd","msg":"hello"}\n'],
    ['json', '{"ts":1727956801.5,"msg":"hello","logger":"http"}\n'],
    ['json', JSON_LINE],
    ['json', '  {"timestamp":"2024-10-03T12:00:01.5+0200","type":"x"}\n'],
    ['nginx-error', '2024/10/03 12:00:01 [error] 34#35: *12 hello\n'],
    ['apache-error', '[Thu Oct 03 12:00:01.5 2024] [core:error] [pid 12] hello\n'],
    ['text', 'Thu Oct  3 12:00:01 2024 [pid 2] hello\n'],
    ['text', '2024/10/03 12:00:01 [error] hello\n'],
    ['text', TEXT],
    ['text', '2024-10-03 12:00:01,123 ERROR: hello\n'],
    ['text', '2024-10-03 12:00:01 shop core: hello\n'],
    ['text', 'Oct  3 12:00:01 ERROR: hello\n'],
    ['text', '2024-10-03 12:00:01: (mod_auth.c.525) hello\n'],
    [undefined, 'hello\n'],
    [undefined, '{"msg":"hello"}\n'],
  ])('takes for %s: %s', (format, line) => {
    expect(sniffFormat(line, { modified: MODIFIED })).toBe(format);
  });

  it('takes what most lines are', () => {
    expect(sniffFormat(TEXT + SYSLOG + SYSLOG, { modified: MODIFIED })).toBe('syslog');
    expect(sniffFormat(`banner\n${TEXT}    at x\n${TEXT}${EITHER}`, { modified: MODIFIED })).toBe('text');
  });

  it.each([
    ['/var/log/shop/core.log', 'text'],
    ['/var/log/shop/core.log.2.gz', 'text'],
    ['/var/log/shop/core.log-20241003', 'text'],
    ['copied/shop/core.log', 'text'],
    ['/var/log/core.log', 'syslog'],
    ['/var/log/other/core.log', 'syslog'],
  ])('in doubt believes what a filter says of %s', (path, format) => {
    const hints = [{ log: '/var/log/shop/*.log', format: 'text' as const }];
    expect(sniffFormat(EITHER + EITHER, { modified: MODIFIED, path, hints })).toBe(format);
    expect(sniffFormat(JSON_LINE, { modified: MODIFIED, path, hints })).toBe('json');
  });
});

it('formatsOfLine() tells all that a line may be', () => {
  expect(formatsOfLine(EITHER.trim(), MODIFIED)).toEqual(['syslog', 'text']);
  expect(formatsOfLine('hello', MODIFIED)).toEqual([]);
});
