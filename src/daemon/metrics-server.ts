/**
 * GET /metrics over HTTP, and nothing else. Off until configured, and meant for this machine: no passwords, no TLS, small
 * limits on everything a client can hold on to.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAddress } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { EXIT, errorCode, ProblemError } from '../base/problem.ts';
import { formatPlace, isLoopback } from '../config/listen.ts';
import { METRICS_TYPE } from './metrics.ts';

export interface MetricsServerOptions {
  /** An address. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly render: () => string;
  readonly clock: Clock;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A monitoring system or two, each with a connection that it keeps, and room for somebody's browser. */
const CONNECTIONS_MAX = 16;
/** What Prometheus sends is below 500 bytes. */
const HEADER_BYTES_MAX = 8_192;
const PATIENCE_MS = 5_000;
/** However many ask, the page is made once a second: counting what is under watch takes time from the bans. */
const FRESH_MS = 1_000;

/** @throws ProblemError when it cannot listen there. */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port } = options;
  const render = remembered(options);
  const onlyHere = isLoopback(host);
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: PATIENCE_MS,
    requestTimeout: PATIENCE_MS,
    connectionsCheckingInterval: 1_000,
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.maxHeadersCount = 64;
  // Ends a client that asks and does not read, too. Prometheus asks every 15 s to 60 s; it opens a new connection then.
  server.setTimeout(PATIENCE_MS);
  server.on('request', (request, response) => {
    answer(request, response, { render, onlyHere });
  });
  await listen(server, { host, port });
  // Later errors are of single connections: out of descriptors, say. The server goes on.
  server.on('error', () => undefined);
  return { port: portOf(server.address()), close: () => close(server) };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { render, onlyHere }: { render: () => string; onlyHere: boolean },
): void {
  request.resume();
  const refusal = refusalOf(request, onlyHere);
  const page = refusal ?? pageOf(render);
  if (page.status !== 200) response.setHeader('Connection', 'close');
  if (page.status === 405) response.setHeader('Allow', 'GET');
  const type = page.status === 200 ? METRICS_TYPE : 'text/plain; charset=utf-8';
  response.writeHead(page.status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(page.text);
}

interface Page {
  readonly status: number;
  readonly text: string;
}

function refusalOf({ headers, url, method }: IncomingMessage, onlyHere: boolean): Page | undefined {
  // A web page can make a browser ask a name that it lets point to this machine (DNS rebinding); then the name is here.
  if (onlyHere && !isOwnName(headers.host)) return { status: 421, text: 'ask by address, not by name\n' };
  if (url?.split('?', 1)[0] !== '/metrics') return { status: 404, text: 'there is only /metrics\n' };
  return method === 'GET' ? undefined : { status: 405, text: 'there is only GET\n' };
}

function pageOf(render: () => string): Page {
  try {
    return { status: 200, text: render() };
  } catch {
    return { status: 500, text: 'the metrics could not be made\n' };
  }
}

/** HTTP/1.0 needs no Host; no browser speaks it. */
function isOwnName(header: string | undefined): boolean {
  const name = header?.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === undefined || name.toLowerCase() === 'localhost' || parseAddress(name) !== undefined;
}

function remembered({ render, clock }: MetricsServerOptions): () => string {
  let page: { readonly text: string; readonly at: number } | undefined;
  return () => {
    const now = clock();
    // The distance, not the order: a clock may be set back.
    if (!page || Math.abs(now - page.at) >= FRESH_MS) page = { text: render(), at: now };
    return page.text;
  };
}

function listen(server: Server, place: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const what = `daemon.metrics: cannot listen at ${formatPlace(place)} (${errorCode(cause) ?? cause.message})`;
      const hint = errorCode(cause) === 'EADDRINUSE' ? { hint: 'another program has it; choose another port' } : {};
      reject(new ProblemError(EXIT.unavailable, { what, ...hint }, { cause }));
    };
    server.once('error', fail);
    server.listen(place, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
