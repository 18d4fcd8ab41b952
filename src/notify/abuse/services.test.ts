/** AbuseIPDB and blocklist.de, each as a server on loopback that answers as theirs do, or does not. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Courier } from '../channel.ts';
import { answering, type Sent, service } from '../testing/service.ts';
import { abuseIpDb } from './abuseipdb.ts';
import { blocklistDe } from './blocklist-de.ts';
import type { Deed } from './deed.ts';
import { entryOf, type ServiceWay } from './services.ts';
import { ACTING, HOSTILE } from './testing/hostile.ts';
import { KINDS, NOON } from './testing/scene.ts';

const KEY = 'k3y-of-nobody';

function deedOf(kinds: readonly string[], line = 'Failed password for root from 203.0.113.7 port 1 ssh2'): Deed {
  return {
    ...{ address: '203.0.113.7', first: NOON - 60_000, last: NOON, attempts: kinds.length },
    kinds: kinds.map((kind) => ({ kind, sentence: KINDS.get(kind)?.sentence ?? kind, count: 1 })),
    lines: [{ time: NOON, kind: 'ssh.login', line, target: undefined, port: undefined }],
  };
}

function contentOf(way: ServiceWay, deed = deedOf(['ssh.login', 'web.probe.env'])): string {
  return JSON.stringify(entryOf(way, deed, KINDS));
}

/** What becomes of it: nothing when it was taken. */
async function outcomeOf(courier: Courier, content: string, ms = 5_000): Promise<unknown> {
  try {
    await courier.deliver(content, { id: 'x', signal: AbortSignal.timeout(ms) });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The fields of a form. */
function formOf(sent: Sent | undefined): Readonly<Record<string, string>> {
  expect(sent?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  return Object.fromEntries(new URLSearchParams(sent?.body));
}

describe('entryOf()', () => {
  it('has the categories of all kinds, the service, and a comment that no stranger wrote', () => {
    for (const hostile of HOSTILE) {
      const entry = entryOf('abuseipdb', deedOf(['ssh.login', 'web.probe.env', 'ssh.protocol'], hostile), KINDS);
      expect(entry).toMatchObject({
        ...{ address: '203.0.113.7', categories: [14, 18, 21, 22], service: 'ssh', time: NOON },
        comment:
          '3 attempts from 2026-11-27 09:59:00 to 2026-11-27 10:00:00 UTC: tried to log in by SSH and failed (1); ' +
          'probed for .env files (1); spoke something else than SSH (1)',
      });
    }
  });

  it('is none where the service has no word for it', () => {
    expect(entryOf('abuseipdb', deedOf(['ssh.accepted']), KINDS)).toBeUndefined();
    expect(entryOf('blocklist.de', deedOf(['database.login']), KINDS)).toBeUndefined();
  });

  it('has a comment below the kilobyte that AbuseIPDB takes', () => {
    const kinds = Array.from({ length: 60 }, (_, i) => `ssh.${'x'.repeat(30)}${i}`);
    const entry = entryOf('abuseipdb', deedOf(['ssh.login', ...kinds]), KINDS);
    expect(Buffer.byteLength(entry?.comment ?? '')).toBeLessThanOrEqual(1_024);
  });
});

describe('abuseIpDb()', () => {
  it('tells address, categories, comment and time, and no line of any log', async () => {
    const server = await service(answering(200, '{"data":{"ipAddress":"203.0.113.7","abuseConfidenceScore":52}}'));
    expect(await outcomeOf(abuseIpDb({ key: KEY, url: server.url }), contentOf('abuseipdb'))).toBeUndefined();
    const [taken] = server.sent;
    expect([taken?.method, taken?.headers.key, taken?.headers.accept]).toEqual(['POST', KEY, 'application/json']);
    expect(formOf(taken)).toEqual({
      ...{ ip: '203.0.113.7', categories: '18,21,22', timestamp: '2026-11-27T10:00:00+00:00' },
      comment: expect.not.stringMatching(/password|port 1/),
    });
  });

  it.each<[what: string, answer: (response: ServerResponse) => void, isFinal: boolean, waitMs: number | undefined]>([
    ['a daily limit', answering(429, 'Daily rate limit', { 'retry-after': '29241' }), false, 29_241_000],
    ['a report of a quarter of an hour ago', answering(429, 'once in 15 minutes'), false, 960_000],
    ['a key that is refused', answering(401, '{"errors":[{"detail":"Authentication failed."}]}'), true, undefined],
    ['what it does not take', answering(422, '{"errors":[{"detail":"The ip must be valid"}]}'), true, undefined],
    ['a fault of its own', answering(503, 'later'), false, undefined],
    ['a way to somewhere else', answering(301, '', { location: 'http://127.0.0.1:1/' }), true, undefined],
    ['a way to somewhere else for now', answering(302, '', { location: 'http://127.0.0.1:1/' }), false, undefined],
    ['nothing', (response) => void response.destroy(), false, undefined],
  ])('heeds %s', async (_, answer, isFinal, waitMs) => {
    const server = await service(answer);
    const outcome = await outcomeOf(abuseIpDb({ key: KEY, url: server.url }), contentOf('abuseipdb'));
    expect(outcome).toMatchObject({ isFinal, waitMs });
    expect(String(outcome)).not.toContain(KEY);
    expect(server.sent).toHaveLength(1);
  });

  it('shows nothing that acts, and reads no more than it needs', async () => {
    const server = await service((response) => {
      response.writeHead(400);
      response.write(`\u001b[2J${HOSTILE.join('')}`);
      response.end('x'.repeat(10_000_000));
    });
    const outcome = await outcomeOf(abuseIpDb({ key: KEY, url: server.url }), contentOf('abuseipdb'));
    expect(String(outcome)).toMatch(/^Error: AbuseIPDB answers 400: \\x1b\[2J/);
    expect(String(outcome)).not.toMatch(ACTING);
    expect(String(outcome).length).toBeLessThan(300);
  });

  it('says why it was refused, without the key', async () => {
    const server = await service(answering(401, `{"errors":[{"detail":"${KEY} is no key"}]}`));
    const outcome = await outcomeOf(abuseIpDb({ key: KEY, url: server.url }), contentOf('abuseipdb'));
    expect(String(outcome)).toBe('Error: AbuseIPDB answers 401: [secret] is no key');
  });

  it('gives up when it is told to', async () => {
    const server = await service(() => undefined);
    const outcome = await outcomeOf(abuseIpDb({ key: KEY, url: server.url }), contentOf('abuseipdb'), 50);
    expect(outcome).toMatchObject({ isFinal: false, message: 'interrupted' });
  });

  it.each(['', '{}', 'null', contentOf('blocklist.de')])('sends nothing that is not for it: %j', async (content) => {
    const server = await service(answering(200, ''));
    expect(await outcomeOf(abuseIpDb({ key: KEY, url: server.url }), content)).toMatchObject({ isFinal: true });
    expect(server.sent).toEqual([]);
  });
});

describe('blocklistDe()', () => {
  const to = (url: string) => blocklistDe({ server: 'web1@example.org', key: KEY, url });

  it('tells address, service and lines', async () => {
    const server = await service(answering(200, '{"status":"success","error":"0"}'));
    expect(await outcomeOf(to(server.url), contentOf('blocklist.de'))).toBeUndefined();
    expect(formOf(server.sent[0])).toEqual({
      ...{ server: 'web1@example.org', apikey: KEY, ip: '203.0.113.7', service: 'ssh', format: 'json' },
      logs: '2026-11-27T10:00:00.000Z  Failed password for root from 203.0.113.7 port 1 ssh2\n',
    });
  });

  it.each<[what: string, answer: (response: ServerResponse) => void, isFinal: boolean, why: string]>([
    [
      'says that it does not',
      answering(200, '{"status":"error","error":{"apikey":"unknown"}}'),
      true,
      'refuses it: apikey: unknown',
    ],
    ['says neither', answering(200, '<html>'), true, 'does not say that it took it'],
    ['says nothing', answering(200, ''), true, 'does not say that it took it'],
    ['has a fault', answering(500, ''), false, 'answers 500'],
    ['is asked too much', answering(429, ''), false, 'answers 429'],
    ['repeats the key', answering(200, `{"status":"error","error":"${KEY}?"}`), true, 'refuses it: [secret]?'],
    ['breaks off', breakingOff, false, 'breaks off its answer'],
  ])('is not believed when it %s', async (_, answer, isFinal, why) => {
    const server = await service(answer);
    const outcome = await outcomeOf(to(server.url), contentOf('blocklist.de'));
    expect(outcome).toMatchObject({ isFinal, message: `blocklist.de ${why}` });
  });
});

function breakingOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '100' }).write('{"status":', () => response.destroy());
}
