/** For tests: an HTTP server on loopback that takes forms, and answers as a test wants. */
import { createServer, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Taken {
  readonly method: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly form: Readonly<Record<string, string>>;
}

export interface WebServer {
  readonly url: string;
  readonly taken: Taken[];
}

export async function webServer(answer: (response: ServerResponse, taken: Taken) => void): Promise<WebServer> {
  const taken: Taken[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      const one = { method: request.method, headers: request.headers, form };
      taken.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('it does not listen');
  return { url: `http://127.0.0.1:${bound.port}/report`, taken };
}
