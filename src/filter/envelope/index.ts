/** The formats that are known, and who reads each. */
import type { Format } from '../definition.ts';
import { readAccess } from './access.ts';
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
