/**
 * Web requests in JSON logs: which names their fields go by. nginx has no names of its own, so those are its variables'
 * names; the others are Caddy's, Traefik's, and common ones of applications.
 */
import type { AccessFields } from './envelope.ts';
import type { JsonRecord } from './record.ts';

const REQUEST = ['request', 'request_line'];
const METHOD = ['request_method', 'request.method', 'RequestMethod', 'method', 'http_method', 'req.method', 'verb'];
const URI = ['request_uri', 'request.uri', 'RequestPath', 'uri', 'path', 'url', 'req.url'];
const PROTOCOL = ['server_protocol', 'request.proto', 'RequestProtocol', 'protocol', 'proto', 'http_version'];
/** Exported: a pattern that rests on the status alone is skimmed for by these names. */
export const STATUS: readonly string[] = [
  'status',
  'DownstreamStatus',
  'OriginStatus',
  'status_code',
  'res.statusCode',
];
/** Caddy's `client_ip` is whom its own trusted proxies name, `remote_ip` its peer. */
const ADDRESS = [
  ...['request.client_ip', 'request.remote_ip', 'request.remote_addr', 'ClientHost', 'ClientAddr', 'remote_addr'],
  ...['remote_ip', 'client_ip', 'remoteAddr', 'remote_address', 'clientip', 'client'],
];
const AGENT = [
  ...['http_user_agent', 'user_agent', 'request.headers.User-Agent', 'request_User-Agent', 'userAgent', 'agent', 'ua'],
];
const NAME = ['remote_user', 'user_id', 'ClientUsername', 'auth_user', 'username', 'user'];
/** Columns that somebody chose to log because a proxy is in front. */
const FORWARDED = ['http_x_forwarded_for', 'x_forwarded_for', 'forwarded_for', 'request_X-Forwarded-For', 'xff'];
/** Header fields that are logged always, whether a proxy or the client sent them. */
const SENT = ['request.headers.X-Forwarded-For'];

export interface JsonAccess {
  readonly request: string;
  readonly fields: AccessFields;
}

/** Undefined when the record does not tell of a web request. */
export function accessOf(record: JsonRecord): JsonAccess | undefined {
  const status = record.first(STATUS);
  const address = record.first(ADDRESS);
  if (status === undefined || address === undefined) return undefined;
  const request = requestOf(record);
  if (request === undefined) return undefined;
  const forwarded = record.first(FORWARDED);
  return {
    request: escaped(request),
    fields: {
      address: withoutPort(address),
      name: escaped(record.first(NAME) ?? '-'),
      status,
      agent: escaped(record.first(AGENT) ?? '-'),
      forwarded: forwarded ?? record.first(SENT) ?? '',
      isForwarded: forwarded !== undefined,
    },
  };
}

/**
 * The address alone, without a look for keys that stand twice, which takes most of the time: for samples, of which a single
 * one decides nothing.
 */
export function peerOf(record: JsonRecord): string | undefined {
  if (STATUS.every((path) => record.raw(path) === undefined)) return undefined;
  const address = ADDRESS.map((path) => record.raw(path)).find((value) => typeof value === 'string' && value !== '');
  return typeof address === 'string' ? withoutPort(address) : undefined;
}

function requestOf(record: JsonRecord): string | undefined {
  const whole = record.text('request') ?? record.first(REQUEST);
  const method = record.first(METHOD);
  const uri = record.first(URI);
  if (method === undefined || uri === undefined) return whole;
  // Where the protocol is not logged, nothing can be held against the client for it.
  return `${method} ${uri} ${protocolOf(record.first(PROTOCOL))}`;
}

function protocolOf(text: string | undefined): string {
  if (text === undefined || /^https?$/.test(text)) return 'HTTP/1.1';
  return /^\d/.test(text) ? `HTTP/${text}` : text;
}

/** As nginx writes such characters in a plain access log, so that one pattern does for both. */
function escaped(text: string): string {
  return text.replace(/["\\\u0000-\u001f\u007f-\u00ff]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
  });
}

/** `203.0.113.7:40112`, `[2001:db8::7]:40112` and the bare address. */
export function withoutPort(text: string): string {
  return /^\[([0-9A-Fa-f:.]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
