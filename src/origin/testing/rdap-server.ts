/** For tests: an HTTP server that behaves as a test wants, and answers about networks in the form of RFC 9083. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behavior = (request: IncomingMessage, response: ServerResponse) => void;

export interface RdapServer {
  /** `127.0.0.1:8080`. */
  readonly host: string;
  readonly url: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  /** What it does from now on. */
  behavior: Behavior;
  close(): Promise<void>;
}

export async function startRdapServer(behavior: Behavior = answering()): Promise<RdapServer> {
  const asked: string[] = [];
  const http: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.on('error', () => undefined);
    server.behavior(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${portOf(http)}`;
  const server: RdapServer = {
    ...{ host, url: `http://${host}/`, asked, behavior },
    close: () => {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(() => resolve()));
    },
  };
  return server;
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('it does not listen');
  return bound.port;
}

/** Answers whatever it is asked with this network. */
export function answering(network: object = networkAnswer(), type = 'application/rdap+json'): Behavior {
  return (_, response) => response.writeHead(200, { 'content-type': type }).end(JSON.stringify(network));
}

export function redirecting(to: string, status = 302): Behavior {
  return (_, response) => response.writeHead(status, { location: to }).end('elsewhere');
}

export function refusing(status: number, headers: Readonly<Record<string, string>> = {}): Behavior {
  return (_, response) => response.writeHead(status, headers).end('no');
}

type Card = ReadonlyArray<readonly [name: string, value: unknown]>;

export function entity(roles: readonly string[], card: Card, entities: readonly object[] = []): object {
  const properties = card.map(([name, value]) => [name, {}, 'text', value]);
  const vcardArray = ['vcard', [['version', {}, 'text', '4.0'], ...properties]];
  return { objectClassName: 'entity', handle: 'EX-1', roles, vcardArray, entities };
}

/** A network of documentation as a registry would tell of it. */
export function networkAnswer(given: Readonly<Record<string, unknown>> = {}): object {
  return {
    rdapConformance: ['rdap_level_0'],
    objectClassName: 'ip network',
    handle: '203.0.113.0 - 203.0.113.255',
    startAddress: '203.0.113.0',
    endAddress: '203.0.113.255',
    ipVersion: 'v4',
    name: 'EXAMPLE-NET',
    type: 'ASSIGNED PA',
    country: 'NL',
    entities: [
      entity(
        ['registrant'],
        [
          ['kind', 'org'],
          ['fn', 'Example Hosting B.V.'],
        ],
        [
          entity(
            ['abuse'],
            [
              ['kind', 'group'],
              ['fn', 'Abuse desk'],
              ['email', 'abuse@example.net'],
            ],
          ),
        ],
      ),
    ],
    ...given,
  };
}
