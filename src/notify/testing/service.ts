/** For the tests of channels: a web service on this machine that keeps what it is sent, and answers as it is told to. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import type { ChannelOptions, Delivery } from '../channel.ts';
import type { Notice } from '../notice.ts';

export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Service {
  /** Without a slash at its end. */
  readonly url: string;
  readonly sent: Sent[];
}

export async function service(answer: (response: ServerResponse, sent: Sent) => void = taken): Promise<Service> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, body: Buffer.concat(pieces).toString('utf8') };
      sent.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}`, sent };
}

function taken(response: ServerResponse): void {
  response.end('ok');
}

export function answering(status: number, body = '', headers: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
}

export function options(given: Partial<ChannelOptions>): ChannelOptions {
  return { name: 'one', url: undefined, token: undefined, to: undefined, template: undefined, ...given };
}

/** As the sender gives it. */
export function delivery(): Delivery {
  return { id: '0123456789abcdef0123456789abcdef', signal: AbortSignal.timeout(30_000) };
}

/** As it comes out of the outbox, in which nothing is undefined. */
export function stored(notice: Notice): Notice {
  const text: Notice = JSON.parse(JSON.stringify(notice));
  return text;
}
