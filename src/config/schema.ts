/** The shapes of our TOML files: the configuration, filters, kinds. Values come out ready to use (milliseconds, networks). */
import * as v from 'valibot';
import { FORMATS } from '../filter/definition.ts';
import { alertSchemas } from './alerts.ts';
import { behaviorSchemas, slow } from './behavior.ts';
import { blocklistSchemas } from './blocklists.ts';
import { fail2banSchema } from './fail2ban.ts';
import { liveSchemas } from './live-schema.ts';
import { originSchema } from './origin.ts';
import { ports } from './ports.ts';
import { count, date, duration, languageTag, network, text, texts, truth, weight } from './values.ts';

const weights = v.record(text, weight);

const jail = v.strictObject({
  enabled: v.optional(truth),
  kinds: v.optional(texts),
  maxretry: v.optional(count(1, 10_000)),
  findtime: v.optional(duration),
  bantime: v.optional(duration),
  growth: v.optional(
    v.pipe(v.number('must be a number'), v.minValue(1, 'must be at least 1'), v.maxValue(100, 'is at most 100')),
  ),
  maxbantime: v.optional(duration),
  weights: v.optional(weights),
  ports: v.optional(ports),
  slow: v.optional(slow),
});
export type JailInput = v.InferOutput<typeof jail>;

export const configSchema = v.strictObject({
  general: v.optional(
    v.strictObject({
      zone: v.optional(text),
      ledger: v.optional(text),
      trusted_proxies: v.optional(v.array(network)),
      ipv6_prefix: v.optional(count(32, 128)),
    }),
  ),
  allow: v.optional(v.array(v.strictObject({ address: network, reason: text, until: v.optional(date) }))),
  origin: originSchema,
  fail2ban: fail2banSchema,
  jail: v.optional(v.record(text, jail)),
  ...behaviorSchemas,
  ...alertSchemas,
  ...blocklistSchemas,
  ...liveSchemas,
  report: v.optional(
    v.strictObject({
      top: v.optional(count(1, 1_000_000)),
      top_by_service: v.optional(count(1, 1_000_000)),
      language: v.optional(languageTag),
      host_names: v.optional(v.record(text, text)),
      private_users: v.optional(texts),
      private_domains: v.optional(texts),
    }),
  ),
});
export type ConfigInput = v.InferOutput<typeof configSchema>;

const kind = v.strictObject({
  sentence: text,
  weight,
  attack: v.optional(v.pipe(v.string(), v.regex(/^T\d{4}(?:\.\d{3})?$/, 'must be a technique like "T1110.001"'))),
  abuseipdb: v.optional(v.array(count(1, 23)), []),
  xarf: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z]+\/[a-z_]+$/, 'must be a class and a type: "connection/login_attack"')),
  ),
  forgeable: v.optional(truth, false),
});

export const kindsSchema = v.strictObject({ kind: v.record(text, kind) });

type Fields = { readonly [key: string]: string | Fields };
/** `field.request.uri = '…'` is a table in a table in TOML. */
const fields: v.GenericSchema<Fields> = v.record(
  text,
  v.union([v.string(), v.lazy(() => fields)], 'must be a text, or fields below it'),
);

/** By dotted path. */
function flat(given: Fields, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value]] : Object.entries(flat(value, `${path}${key}.`)),
    ),
  );
}

const pattern = v.strictObject({
  kind: text,
  match: v.optional(text),
  request: v.optional(text),
  status: v.optional(text),
  name: v.optional(text),
  agent: v.optional(text),
  field: v.optional(
    v.pipe(
      fields,
      v.transform((given) => flat(given)),
    ),
  ),
  address: v.optional(text),
  user: v.optional(text),
  target: v.optional(text),
  voice: v.optional(text),
  outcome: v.optional(v.picklist(['success'], 'must be "success"')),
  session: v.optional(v.picklist(['process', 'address'], 'must be "process" or "address"')),
});

const hit = v.strictObject({
  line: text,
  attempt: v.strictObject({
    kind: text,
    address: text,
    user: v.optional(v.string()),
    target: v.optional(v.string()),
    count: v.optional(count(1, 100)),
    time: v.optional(text),
  }),
});

export const filterSchema = v.strictObject({
  about: text,
  service: text,
  format: v.picklist(FORMATS, `must be one of ${FORMATS.join(', ')}`),
  process: v.optional(text),
  journal: v.optional(texts, []),
  logs: v.optional(texts, []),
  pattern: v.array(pattern),
  hit: v.optional(v.array(hit), []),
  miss: v.optional(v.array(v.strictObject({ line: text })), []),
});
