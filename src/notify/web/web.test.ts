/** Servers that are slow, dead, elsewhere, endless or of doubtful identity; nothing of a secret is in what is said of them. */
import { createServer as createTlsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canCertify, selfSigned } from '../../base/testing/certificate.ts';
import { scratch } from '../../origin/testing/scratch.ts';
import { DeliveryError } from '../channel.ts';
import { answering, service } from '../testing/service.ts';
import { deliver, type Endpoint } from './web.ts';

const SECRET = 'T0KEN-abcdefgh';
const files = scratch();

function endpoint(url: string, given: Partial<Endpoint> = {}): Endpoint {
  return { url: new URL(url), secrets: [SECRET], isPlainAllowed: false, ...given };
}

const MESSAGE = { method: 'POST', headers: { Authorization: `Bearer ${SECRET}` }, body: '{"a":"\u6f22"}' } as const;

async function failure(to: Endpoint, signal = AbortSignal.timeout(60_000)): Promise<DeliveryError> {
  const error = await deliver(to, MESSAGE, signal).then(
    () => new Error('it was taken'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DeliveryError);
  if (!(error instanceof DeliveryError)) throw error;
  expect(error.message).not.toContain(SECRET);
  return error;
}

/** A server that is less than HTTP. */
async function rawServer(act: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    act(socket);
  });
  await listening(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${portOf(server)}/${SECRET}`;
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

it('sends what it is given, once, and is content with any 2xx', async () => {
  const server = await service(answering(204));
  await deliver(endpoint(`${server.url}/a?b=c`), MESSAGE, AbortSignal.timeout(60_000));
  expect(server.sent).toMatchObject([{ method: 'POST', path: '/a?b=c', body: MESSAGE.body }]);
  expect(server.sent[0]?.headers).toMatchObject({
    ...{ 'content-type': 'application/json', 'content-length': '11', authorization: `Bearer ${SECRET}` },
    'user-agent': 'rapsheet',
  });
});

it.each([
  [400, true],
  [401, true],
  [403, true],
  [404, true],
  [405, true],
  [410, true],
  [413, true],
  [422, true],
  [408, false],
  [425, false],
  [429, false],
  [500, false],
  [502, false],
  [503, false],
  [599, false],
  [301, true],
  [308, true],
  [302, false],
  [303, false],
  [307, false],
])('%i is final: %s', async (status, isFinal) => {
  const elsewhere = await service();
  const server = await service(answering(status, '', { Location: `${elsewhere.url}/${SECRET}` }));
  const error = await failure(endpoint(`${server.url}/${SECRET}`));
  expect(error.isFinal).toBe(isFinal);
  expect(error.message).toContain(`127.0.0.1:${new URL(server.url).port} answers ${status}`);
  expect([server.sent.length, elsewhere.sent.length]).toEqual([1, 0]);
});

it.each([
  ['seconds', { 'Retry-After': '120' }, '', 120_000],
  ['a fraction', { 'Retry-After': '0.5' }, '', 500],
  [
    'a date, by the clock of the server',
    { Date: 'Fri, 27 Nov 2026 10:00:00 GMT', 'Retry-After': 'Fri, 27 Nov 2026 10:01:00 GMT' },
    '',
    60_000,
  ],
  [
    'a date that is over',
    { Date: 'Fri, 27 Nov 2026 10:00:00 GMT', 'Retry-After': 'Fri, 27 Nov 2026 09:01:00 GMT' },
    '',
    undefined,
  ],
  ['nonsense', { 'Retry-After': 'soon' }, '', undefined],
  ['Discord', {}, '{"message":"You are being rate limited.","retry_after":64.57,"global":false}', 64_570],
  ['Telegram', {}, '{"ok":false,"error_code":429,"parameters":{"retry_after":35}}', 35_000],
  ['Matrix', {}, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000}', 2_000],
  ['a body that lies', {}, '{"retry_after":-5,"parameters":null}', undefined],
  ['a number beyond numbers', {}, '{"retry_after":1e999}', undefined],
] as const)('waits as it is asked to: %s', async (_, headers, body, waitMs) => {
  const server = await service(answering(429, body, { ...headers }));
  expect(await failure(endpoint(server.url))).toMatchObject({ isFinal: false, waitMs });
});

it('takes a date by its own clock where the server tells no time', async () => {
  const server = await service((response) => {
    response.sendDate = false;
    response.writeHead(503, { 'Retry-After': 'Fri, 27 Nov 2026 10:01:00 GMT' }).end();
  });
  const clock = () => Date.UTC(2026, 10, 27, 10, 0, 30);
  expect(await failure(endpoint(server.url, { clock }))).toMatchObject({ waitMs: 30_000 });
});

it.each([
  ['invalid_blocks', 'invalid_blocks'],
  ['{"ok":false,"description":"Bad Request: chat not found"}', 'Bad Request: chat not found'],
  ['{"error":"Unauthorized","errorDescription":"you need a token"}', 'you need a token'],
  [`{"error":"no such hook: /${SECRET}/x ${SECRET}"}`, 'no such hook: /[secret]/x [secret]'],
  ['{"message":"\\u001b[31m\\u202e\\n"}', '\\x1b[31m\\u202e\\x0a'],
  ['error code: 1020\n', 'error code: 1020'],
  [`no hook ${SECRET}`, 'no hook [secret]'],
  [`<html>${SECRET}`, undefined],
  ['{"error":"cut in the mid', undefined],
  ['', undefined],
  ['["error"]', undefined],
  ['null', undefined],
  ['{"error":{"message":"deep"}}', 'deep'],
  ['{"errors":[{"detail":"Authentication failed.","status":401}]}', 'Authentication failed.'],
  ['{"status":"error","error":{"apikey":"unknown"}}', 'apikey: unknown'],
  ['{"data":"of yours"}', undefined],
  [`{"error":${'['.repeat(9)}"deeper"${']'.repeat(9)}}`, undefined],
  [`{"error":"${'x'.repeat(900)}"}`, `${'x'.repeat(199)}…`],
])('tells the reason of a refusal: %j', async (body, reason) => {
  const server = await service(answering(400, body));
  const { message } = await failure(endpoint(server.url));
  expect(message).toBe(`${new URL(server.url).host} answers 400${reason === undefined ? '' : `: ${reason}`}`);
});

describe('a server that does not play along', () => {
  it('never answers', async () => {
    const error = await failure(endpoint(await rawServer(() => undefined), { timeoutMs: 100 }));
    expect(error).toMatchObject({
      isFinal: false,
      message: expect.stringContaining('gives no answer within 0.1 seconds'),
    });
  });

  it('sends its headers a letter at a time', async () => {
    const url = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX: ');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await failure(endpoint(url, { timeoutMs: 200 }))).toMatchObject({ isFinal: false });
  });

  it('sends headers without an end', async () => {
    const url = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}`);
    });
    const error = await failure(endpoint(url));
    expect(error).toMatchObject({ isFinal: false, message: expect.stringContaining('HPE_HEADER_OVERFLOW') });
  });

  it('speaks no HTTP', async () => {
    const url = await rawServer((socket) => socket.end('220 mail.example.org ESMTP\r\n'));
    expect(await failure(endpoint(url))).toMatchObject({
      isFinal: false,
      message: expect.stringContaining('cannot be reached (HPE_'),
    });
  });

  it('hangs up', async () => {
    const url = await rawServer((socket) => socket.destroy());
    expect(await failure(endpoint(url))).toMatchObject({
      isFinal: false,
      message: expect.stringContaining('cannot be reached'),
    });
  });

  it('is not there', async () => {
    const server = createServer();
    await listening(server);
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(endpoint(`http://127.0.0.1:${port}/${SECRET}`));
    expect(error).toMatchObject({ isFinal: false, message: `127.0.0.1:${port} cannot be reached (ECONNREFUSED)` });
  });

  it('answers without an end: what it took is sent, what it refused is refused, and little of it is read', async () => {
    let written = 0;
    const endless = (status: number) => (socket: Socket) => {
      socket.write(`HTTP/1.1 ${status} X\r\nContent-Type: text/plain\r\n\r\n`);
      const more = (): void => {
        while (!socket.destroyed && socket.write('x'.repeat(16_384))) written += 16_384;
      };
      socket.on('drain', more);
      more();
    };
    await deliver(endpoint(await rawServer(endless(200))), MESSAGE, AbortSignal.timeout(60_000));
    expect(await failure(endpoint(await rawServer(endless(500))))).toMatchObject({ isFinal: false });
    // The kernel's buffers take some megabytes; without a limit it would be endless.
    expect(written).toBeLessThan(64 * 1_048_576);
  });

  it('hangs in the middle of an answer: its status counts', async () => {
    const half = (status: number) => (socket: Socket) => {
      socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 100\r\n\r\n{"error":`);
    };
    await deliver(endpoint(await rawServer(half(200)), { timeoutMs: 2_000 }), MESSAGE, AbortSignal.timeout(60_000));
    const error = await failure(endpoint(await rawServer(half(404)), { timeoutMs: 200 }));
    expect(error).toMatchObject({ isFinal: true, message: expect.stringContaining('answers 404') });
  });

  it('is given up when the sender ends', async () => {
    const ending = new AbortController();
    const url = await rawServer(() => ending.abort());
    expect(await failure(endpoint(url), ending.signal)).toMatchObject({ isFinal: false, message: 'interrupted' });
  });
});

it.each(['http://203.0.113.7/x', 'http://[2001:db8::7]/x', 'http://3405803783/x'])(
  'sends nothing in plain text to %s',
  async (url) => {
    const error = await failure(endpoint(url));
    expect(error).toMatchObject({
      isFinal: true,
      message: expect.stringContaining('plain http beyond private networks'),
    });
  },
);

it('finds this machine by its name, in plain text', async () => {
  const server = await service();
  await deliver(endpoint(server.url.replace('127.0.0.1', 'localhost')), MESSAGE, AbortSignal.timeout(60_000));
  expect(server.sent).toHaveLength(1);
});

it('goes through no proxy, whatever the environment says', async () => {
  const [proxy, server] = [await service(), await service()];
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'all_proxy', 'NODE_USE_ENV_PROXY'];
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url;
  onTestFinished(() => {
    for (const name of names) delete process.env[name];
  });
  await deliver(endpoint(server.url), MESSAGE, AbortSignal.timeout(60_000));
  expect([proxy.sent.length, server.sent.length]).toEqual([0, 1]);
});

const isPossible = canCertify('webhooks over TLS');

it.skipIf(!isPossible)(
  'believes no certificate that is its own witness, also where the environment would',
  async () => {
    let asked = 0;
    const server = createTlsServer(await selfSigned(files.folder), (_, response) => {
      asked++;
      response.end();
    });
    await listening(server);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    onTestFinished(() => {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      server.closeAllConnections();
      server.close();
    });
    const error = await failure(endpoint(`https://127.0.0.1:${portOf(server)}/${SECRET}`));
    expect(error).toMatchObject({ isFinal: false, message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') });
    expect(asked).toBe(0);
  },
);
