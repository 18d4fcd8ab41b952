import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../base/problem.ts';
import { type MetricsServer, serveMetrics } from './metrics-server.ts';

const open: MetricsServer[] = [];
const state = { now: 0, made: 0, broken: false };
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  Object.assign(state, { now: 0, made: 0, broken: false });
});

async function serve(port = 0): Promise<MetricsServer> {
  const render = (): string => {
    if (state.broken) throw new Error('a secret');
    return `rapsheet_made ${++state.made}\n`;
  };
  const server = await serveMetrics({ host: '127.0.0.1', port, render, clock: () => state.now });
  open.push(server);
  return server;
}

interface Got {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

function get(
  port: number,
  path = '/metrics',
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** What a server says to bytes, until it ends the connection. */
function say(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

describe('serveMetrics()', () => {
  it('answers GET /metrics, once a second anew', async () => {
    const { port } = await serve();
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    expect(await get(port)).toEqual({ status: 200, type, text: 'rapsheet_made 1\n' });
    expect(await get(port, '/metrics?x=1')).toMatchObject({ status: 200, text: 'rapsheet_made 1\n' });
    state.now += 1_000;
    expect(await get(port)).toMatchObject({ text: 'rapsheet_made 2\n' });
    state.now -= 3_600_000;
    expect(await get(port)).toMatchObject({ text: 'rapsheet_made 3\n' });
  });

  it.each([
    ['/', {}, 404],
    ['/metrics/../metrics', {}, 404],
    ['//metrics', {}, 404],
    ['/metrics', { method: 'POST' }, 405],
    ['/metrics', { method: 'DELETE' }, 405],
    ['/metrics', { headers: { Host: 'rebound.example:9773' } }, 421],
    ['/metrics', { headers: { Host: 'localhost.example' } }, 421],
    ['/metrics', { headers: { Host: 'LOCALHOST:9773' } }, 200],
    ['/metrics', { headers: { Host: '[::1]:9773' } }, 200],
    ['/metrics', { headers: { Host: '192.0.2.1' } }, 200],
  ])('answers %s with %j by %i', async (path, options, status) => {
    const { port } = await serve();
    expect(await get(port, path, options)).toMatchObject({ status });
  });

  it('tells nothing of what went wrong inside', async () => {
    const { port } = await serve();
    state.broken = true;
    expect(await get(port)).toMatchObject({ status: 500, text: 'the metrics could not be made\n' });
  });

  it('ends clients that send rubbish, too much, or nothing more', async () => {
    const { port } = await serve();
    expect(await say(port, '\0\x01\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await say(port, `GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(await say(port, 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-')).toMatch(/^$|^HTTP\/1\.1 408 /);
    expect(await get(port)).toMatchObject({ status: 200 });
  }, 30_000);

  it('keeps no more than a few connections', async () => {
    const { port } = await serve();
    const sockets = await Promise.all(
      Array.from(
        { length: 40 },
        () =>
          new Promise<{ ended: boolean; end: () => void }>((resolve) => {
            const socket = connect(port, '127.0.0.1');
            const each = { ended: false, end: () => socket.destroy() };
            socket.on('error', () => undefined);
            socket.on('close', () => {
              each.ended = true;
            });
            socket.on('connect', () => resolve(each));
          }),
      ),
    );
    await expect.poll(() => sockets.filter(({ ended }) => !ended).length, { timeout: 3_000 }).toBeLessThanOrEqual(16);
    for (const socket of sockets) socket.end();
    await expect.poll(async () => (await get(port).catch(() => undefined))?.status, { timeout: 5_000 }).toBe(200);
  });

  it('says that the port is taken', async () => {
    const { port } = await serve();
    const error = await serve(port).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(`${error}`).toContain(
      `daemon.metrics: cannot listen at 127.0.0.1:${port} (EADDRINUSE) (another program has it`,
    );
  });
});
