/** The shapes of our TOML files: the configuration, filters, kinds. Values come out ready to use (milliseconds, networks). */
import * as v from 'valibot';
import { type Network, parseNetwork } from '../base/address.ts';
import { parseDuration } from '../base/duration.ts';
import { FORMATS } from '../filter/definition.ts';

const text = v.pipe(v.string('must be a text'), v.nonEmpty('must not be empty'));
const texts = v.array(text, 'must be a list of texts');

const duration = v.pipe(
  v.string('must be a duration like "10m"'),
  v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
    const ms = parseDuration(dataset.value);
    if (ms !== undefined && ms > 0) return ms;
    addIssue({ message: `must be a duration like "10m" (got "${dataset.value}")` });
    return NEVER;
  }),
);

const network = v.pipe(
  v.string('must be an address or a network like "192.0.2.0/24"'),
  v.rawTransform<string, Network>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseNetwork(dataset.value);
    if (parsed) return parsed;
    addIssue({ message: `must be an address or a network without host bits (got "${dataset.value}")` });
    return NEVER;
  }),
);

const count = (least: number, most: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

const weight = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(100, 'is at most 100'),
);
const weights = v.record(text, weight);

/** A date in TOML, as the epoch in milliseconds. */
const date = v.pipe(
  v.date('must be a date like 2027-01-01'),
  v.transform((value) => value.getTime()),
);

const jail = v.strictObject({
  enabled: v.optional(v.boolean('must be true or false')),
  kinds: v.optional(texts),
  maxretry: v.optional(count(1, 10_000)),
  findtime: v.optional(duration),
  bantime: v.optional(duration),
  growth: v.optional(
    v.pipe(v.number('must be a number'), v.minValue(1, 'must be at least 1'), v.maxValue(100, 'is at most 100')),
  ),
  maxbantime: v.optional(duration),
  weights: v.optional(weights),
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
  origin: v.optional(
    v.strictObject({ discover: v.optional(v.boolean('must be true or false')), sources: v.optional(texts) }),
  ),
  jail: v.optional(v.record(text, jail)),
  report: v.optional(
    v.strictObject({
      top: v.optional(count(1, 1_000_000)),
      top_by_service: v.optional(count(1, 1_000_000)),
      language: v.optional(text),
    }),
  ),
});
export type ConfigInput = v.InferOutput<typeof configSchema>;

export const kindsSchema = v.strictObject({ kind: v.record(text, v.strictObject({ sentence: text, weight })) });

const pattern = v.strictObject({
  kind: text,
  match: v.optional(text),
  request: v.optional(text),
  status: v.optional(text),
  name: v.optional(text),
  agent: v.optional(text),
  voice: v.optional(text),
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
