/** Each service is sent what its own documents ask for, by a server that is as strict as they are; nothing of a log acts. */
import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../base/problem.ts';
import { toLog } from '../../base/text.ts';
import type { ChannelOptions } from '../channel.ts';
import { ATTACKS, hostileBan, hostileNotices, PAYLOADS } from '../testing/hostile.ts';
import * as rules from '../testing/rules.ts';
import { NOON } from '../testing/scene.ts';
import { answering, delivery, options, type Sent, service, stored } from '../testing/service.ts';
import { channelTypes } from './index.ts';
import { jsonChannel } from './json.ts';

const LINK = 'https://rapsheet.example.net/who?a=1&b=2';
const ROOM = '!abc/d?e:matrix.test';
const BOT = '123456:AAbbCCddEEffGGhh_ii-jj';
const KEY = '0123456789abcdef0123456789abcdef';

interface Case {
  readonly type: string;
  readonly given: Partial<ChannelOptions>;
  /** Below the server's address, as the user writes it. */
  readonly base: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rule: v.GenericSchema<unknown, object>;
  /** What of it would act in a client. */
  acting(message: object): string[];
}

const text = (value: object, ...path: string[]): string =>
  String(path.reduce((inner: unknown, name) => Reflect.get(Object(inner), name), value));

const CASES: readonly Case[] = [
  {
    ...{ type: 'ntfy', given: { to: 'alerts', token: 'tk_1' }, base: '', method: 'POST', path: '/' },
    headers: { authorization: 'Bearer tk_1' },
    rule: rules.ntfy,
    acting: (message) => rules.stringsIn(message).flatMap((each) => rules.actingIn(each, LINK)),
  },
  {
    ...{ type: 'gotify', given: { token: 'AbC.d-1' }, base: '/push/', method: 'POST', path: '/push/message' },
    headers: { 'x-gotify-key': 'AbC.d-1' },
    rule: rules.gotify,
    acting: (message) => rules.stringsIn(message).flatMap((each) => rules.actingIn(each, LINK)),
  },
  {
    ...{ type: 'slack', given: {}, base: '/services/T0/B0/xyz', method: 'POST', path: '/services/T0/B0/xyz' },
    rule: rules.slack,
    // In blocks text is text (the rule knows no element but text and our link); `text` and a section are mrkdwn.
    acting: (message) => {
      const mrkdwn = `${text(message, 'text')}\n${text(message, 'blocks', '0', 'type') === 'section' ? text(message, 'blocks', '0', 'text', 'text') : ''}`;
      const marks = mrkdwn.replace(/&(?:amp|lt|gt);/g, '').match(/[<>&*~`]|(?<!\w)_|_(?!\w)/g) ?? [];
      return [...marks, ...rules.actingIn(mrkdwn), ...rules.stringsIn(message).flatMap(rules.controlsIn)];
    },
  },
  {
    ...{ type: 'discord', given: { to: '42' }, base: '/api/webhooks/1/tok?x=y', method: 'POST' },
    path: '/api/webhooks/1/tok?x=y&wait=true&thread_id=42',
    rule: rules.discord,
    acting: (message) => {
      const [title, description] = ['title', 'description'].map((name) => text(message, 'embeds', '0', name));
      const bare = rules.bareMarkdown(`${title}\n${description}`);
      return [...(bare.match(/[<>@*_~|`[\]\\#]|:\/\//g) ?? []), ...rules.controlsIn(`${title}${description}`)];
    },
  },
  {
    ...{ type: 'matrix', given: { to: ROOM, token: 'syt_x' }, base: '/', method: 'PUT' },
    path: `/_matrix/client/v3/rooms/${encodeURIComponent(ROOM)}/send/m.room.message/${delivery().id}`,
    headers: { authorization: 'Bearer syt_x' },
    rule: rules.matrix,
    acting: (message) => {
      const { bare, tags } = rules.htmlIn(text(message, 'formatted_body'));
      const rest = tags.filter((tag) => !['b', 'br', 'code', 'pre'].includes(tag));
      return [...rest, ...rules.actingIn(bare, LINK), ...rules.actingIn(text(message, 'body'), LINK)];
    },
  },
  {
    ...{ type: 'telegram', given: { to: '-100123:7', token: BOT }, base: '', method: 'POST' },
    path: `/bot${BOT}/sendMessage`,
    rule: rules.telegram,
    acting: (message) => {
      const { bare, tags, text: shown } = rules.htmlIn(text(message, 'text'));
      return [
        ...tags.filter((tag) => !['b', 'code', 'pre'].includes(tag)),
        ...rules.actingIn(bare),
        ...rules.controlsIn(shown),
      ];
    },
  },
  {
    ...{ type: 'pagerduty', given: { token: KEY }, base: '/v2/enqueue', method: 'POST', path: '/v2/enqueue' },
    rule: rules.pagerduty,
    acting: (message) => rules.stringsIn(Reflect.get(message, 'payload')).flatMap((each) => rules.actingIn(each)),
  },
];

function open(type: string, given: Partial<ChannelOptions>) {
  const make = channelTypes[type]?.open;
  if (!make) throw new Error(`there is no ${type}`);
  return make(options(given));
}

function messageIn(sent: Sent | undefined, rule: Case['rule']): object {
  return v.parse(rule, JSON.parse(sent?.body ?? ''));
}

describe.each(CASES)('$type', ({ type, given, base, method, path, headers, rule, acting }) => {
  it('is sent what its documents ask for, and nothing of an attack acts', async () => {
    const server = await service();
    const channel = open(type, { ...given, url: `${server.url}${base}`, link: LINK });
    const notices = ATTACKS.flatMap(hostileNotices).map(stored);
    for (const notice of notices) await channel.send(notice, delivery());
    expect(server.sent).toHaveLength(notices.length);
    for (const sent of server.sent) {
      expect(sent).toMatchObject({ method, path, headers: { 'content-type': 'application/json', ...headers } });
      expect([acting(messageIn(sent, rule)), sent.body]).toEqual([[], sent.body]);
    }
    await channel.close();
  });

  it('stays within its limits also for a template that shows everything', async () => {
    const server = await service();
    const all =
      '{{#ban}}{{subject}} {{why}} {{#evidence}}{{line}}\n{{/evidence}}{{/ban}}{{#digest}}{{#groups}}{{name}} {{organization}}\n{{/groups}}{{/digest}}{{#report}}{{#summary}}{{.}}\n{{/summary}}{{/report}}';
    const template = { path: '/etc/rapsheet/own.txt', text: all };
    const channel = open(type, { ...given, url: `${server.url}${base}`, template });
    for (const notice of ATTACKS.flatMap(hostileNotices).map(stored)) await channel.send(notice, delivery());
    for (const sent of server.sent) expect([acting(messageIn(sent, rule)), sent.body]).toEqual([[], sent.body]);
  });

  it('keeps its secrets when it is refused', async () => {
    const repeat = (sent: Sent): string =>
      JSON.stringify({ error: `${sent.path} ${JSON.stringify(sent.headers)} ${sent.body}` });
    const server = await service((response, sent) => answering(403, repeat(sent))(response));
    const channel = open(type, { ...given, url: `${server.url}${base}` });
    const [notice] = hostileNotices('x');
    if (!notice) throw new Error('there is no notice');
    const error: unknown = await channel.send(notice, delivery()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ isFinal: true, message: expect.stringContaining('answers 403') });
    const secrets = [given.token, type === 'ntfy' ? given.to : undefined, base.length > 1 ? path : undefined];
    for (const secret of secrets) if (secret !== undefined) expect(String(error)).not.toContain(secret);
  });
});

it('shows lines of logs byte by byte where the service has code for it', async () => {
  const line = toLog('GET /?q=<b>"*_~`& HTTP/1.1 漢 https://evil.example @everyone');
  const ban = { ...hostileBan('x'), evidence: [{ time: NOON, path: '/x', offset: 0, line }] };
  const notice = { sort: 'ban', key: 'k', made: NOON, host: undefined, news: [], ban } as const;
  const server = await service();
  for (const { type, given, base } of CASES)
    await open(type, { ...given, url: `${server.url}${base}` }).send(notice, delivery());
  const [ntfy, , slack, discord, matrix, telegram] = server.sent.map(({ body }) => JSON.parse(body));
  const whole = 'GET /?q=<b>"*_~`& HTTP/1.1 漢 https://evil.example @everyone';
  expect(rules.stringsIn(slack)).toContain(whole);
  expect(rules.htmlIn(telegram.text).text).toContain(whole);
  expect(rules.htmlIn(matrix.formatted_body).text).toContain(whole);
  // It has no way to show a backtick within code, and plain text is made no link of.
  expect(discord.embeds[0].description).toContain(`\`\`\`\n${whole.replace('`', 'ˋ')}\n\`\`\``);
  expect(ntfy.message).toContain('> GET /?q=<b>"*_~`& HTTP/1.1 漢 https[:]//evil[.]example [@]everyone');
});

it('reads well', async () => {
  const ban = { ...hostileBan('Example Hosting'), block: 'blocked', why: undefined } as const;
  const reason = {
    rule: 'threshold',
    score: 7,
    limit: 5,
    findTime: 600_000,
    kinds: { 'ssh.user': 2, 'ssh.login': 5 },
  } as const;
  const record = {
    bans: 3,
    first: NOON - 86_400_000,
    hosts: ['mail1', 'web1'],
    kinds: [{ name: 'ssh.login', count: 1_234 }],
  };
  const evidence = [{ time: NOON, path: '/x', offset: 0, line: 'Failed password for root from 203.0.113.7' }];
  const origin = { ...ban.origin, country: 'NL', scanner: undefined };
  const notice = { sort: 'ban', key: 'k', made: NOON, host: undefined, news: ['network', 'hosts'] } as const;
  const server = await service();
  const channel = open('ntfy', { url: `${server.url}/alerts` });
  await channel.send(stored({ ...notice, ban: { ...ban, reason, record, evidence, origin } }), delivery());
  expect(JSON.parse(server.sent[0]?.body ?? '')).toEqual({
    topic: 'alerts',
    title: 'Banned: 203.0.113.7 (Example Hosting, NL) on web1, ssh.login',
    priority: 4,
    tags: ['no_entry', 'ban'],
    message: [
      'Who: 203.0.113.7, Example Hosting, AS64500, NL',
      'New: nobody of its network was banned before; other hosts banned it, too',
      'Why: 5 × ssh.login, 2 × ssh.user in 10m (counted 7, the limit is 5), jail ssh',
      'Done: blocked for 1h, until 2026-11-27 11:00 UTC',
      'Record: banned 3 times since 2026-11-26 10:00 UTC, on mail1, web1; in all 1,234 × ssh.login',
      '> Failed password for root from 203.0.113.7',
      'Undo: rapsheet unban 203.0.113.7',
      'More: rapsheet show 203.0.113.7',
    ].join('\n'),
  });
});

describe('json', () => {
  it('is signed over time and body, and tells exactly what there is', async () => {
    const server = await service();
    const key = 'a key with spaces and ü';
    const channel = jsonChannel(options({ url: `${server.url}/hook`, token: key }), () => NOON + 999);
    for (const notice of PAYLOADS.flatMap(hostileNotices).map(stored)) await channel.send(notice, delivery());
    for (const { headers, body } of server.sent) {
      const mac = createHmac('sha256', key)
        .update(`${NOON / 1_000}.`)
        .update(Buffer.from(body))
        .digest('hex');
      expect(headers).toMatchObject({
        'x-rapsheet-id': delivery().id,
        'x-rapsheet-timestamp': String(NOON / 1_000),
        'x-rapsheet-signature': `sha256=${mac}`,
      });
      expect(headers['x-rapsheet-event']).toBe(JSON.parse(body).sort);
      expect(rules.controlsIn(body)).toEqual([]);
    }
  });

  it('has names as the program has them, times in ISO 8601, and text as it was', async () => {
    const server = await service();
    const [notice] = hostileNotices('ü<b>\u202e');
    if (!notice) throw new Error('there is no notice');
    await jsonChannel(options({ url: server.url })).send(stored(notice), delivery());
    expect(server.sent[0]?.headers).not.toHaveProperty('x-rapsheet-signature');
    expect(JSON.parse(server.sent[0]?.body ?? '')).toMatchObject({
      ...{ version: 1, id: delivery().id, sort: 'ban', key: 'ban 7', made: '2026-11-27T10:00:00.000Z' },
      ban: {
        ...{ subject: '203.0.113.7', from: '2026-11-27T10:00:00.000Z', until: '2026-11-27T11:00:00.000Z' },
        reason: { rule: 'campaign', user: 'ü<b>\u202e', since: '2026-11-27T09:50:00.000Z' },
        origin: { organization: 'ü<b>\u202e' },
      },
    });
  });

  it('takes a template that makes JSON, and no other', async () => {
    const server = await service();
    const make = (text: string) => jsonChannel(options({ url: server.url, template: { path: '/t', text } }));
    const channel = make('{"a":{"b":"{{#ban}}{{subject}}: {{why}}{{/ban}}{{#test}}{{by}}{{/test}}"}}');
    for (const notice of PAYLOADS.flatMap(hostileNotices).map(stored)) await channel.send(notice, delivery());
    for (const { body } of server.sent) expect(Object.keys(JSON.parse(body))).toEqual(['a']);
    expect(() => make('{"a":{{ban.subject}}}')).toThrow(/^\/t: of a ban, what it makes is no JSON$/);
    expect(() => make('{"a":[{{#ban.evidence}}"{{line}}",{{/ban.evidence}}]}')).toThrow(
      /of a ban, what it makes is no JSON/,
    );
  });
});

it.each([
  ['json', {}, /^channel one: it has no address/],
  ['slack', {}, /^channel one: it has no address/],
  ['discord', {}, /it has no address/],
  ['discord', { url: 'https://x.test/a', to: 'general' }, /to = "general" is no such place/],
  ['gotify', { url: 'https://x.test/' }, /it has no token/],
  ['gotify', { token: 'x' }, /it has no address/],
  ['ntfy', {}, /it has no topic/],
  ['ntfy', { url: 'https://ntfy.sh/a/b' }, /it has no topic/],
  ['ntfy', { to: 'a', token: 'sécret' }, /what is in its token_file is no token of this service$/],
  ['matrix', { url: 'https://x.test/', token: 'x' }, /it is not said where to/],
  ['matrix', { url: 'https://x.test/', token: 'x', to: '#room:x.test' }, /like "!abc/],
  ['matrix', { token: 'x', to: '!a:x.test' }, /it has no address/],
  ['telegram', { to: '1' }, /it has no token/],
  ['telegram', { to: '1', token: 'sécret' }, /what is in its token_file is no token of this service$/],
  ['telegram', { to: 'me', token: BOT }, /to = "me" is no such place/],
  ['pagerduty', { token: 'short' }, /what is in its token_file is no token/],
  [
    'telegram',
    { to: '1', token: BOT, template: { path: '/t', text: '<b>{{title}}' } },
    /^\/t: of a ban, <b> is not closed/,
  ],
  ['telegram', { to: '1', token: BOT, template: { path: '/t', text: '<p>x</p>' } }, /does not have: <p>/],
  ['telegram', { to: '1', token: BOT, template: { path: '/t', text: 'a < b' } }, /not written as &lt;/],
  [
    'ntfy',
    { to: 'a', template: { path: '/t', text: '{{titel}}' } },
    /^\/t:1:1: there is no titel \(did you mean title\?\)/,
  ],
] as const)('%s tells what it lacks: %j', (type, given, problem) => {
  const make = () => open(type, given);
  expect(make).toThrow(ProblemError);
  expect(make).toThrow(problem);
  expect(make).not.toThrow(/sécret|short/);
});
