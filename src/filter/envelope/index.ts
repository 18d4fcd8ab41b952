/** The formats that are known, and who reads each. */
import type { Format } from '../definition.ts';
import { readAccess, readLighttpd, readVarnish } from './access.ts';
import type { EnvelopeReader } from './envelope.ts';
import { readApacheError, readNginxError } from './error-log.ts';
import { readJsonLog } from './json-log.ts';
import { readSyslog } from './syslog.ts';
import { readText } from './text.ts';

export const ENVELOPES: Readonly<Record<Format, EnvelopeReader>> = {
  syslog: readSyslog,
  access: readAccess,
  'nginx-error': readNginxError,
  'apache-error': readApacheError,
  json: readJsonLog,
  text: readText,
};

/** Who reads a log of this name: what could be read in two ways is read as the server means it that logs there. */
export function readerOf(format: Format, path: string): EnvelopeReader {
  if (format !== 'access') return ENVELOPES[format];
  if (/(?:^|\/)lighttpd\/[^/]*$/.test(path)) return readLighttpd;
  return /(?:^|\/)(?:varnish\/[^/]*|varnishncsa[^/]*)$/.test(path) ? readVarnish : readAccess;
}
