/** The dictionaries of a ledger, and how their things are written. */
import { networkTypeOf } from '../base/network-type.ts';
import type { Answer, Origin, Reason } from '../model.ts';
import { answerFrom, answerText } from './answer-text.ts';
import type { Database } from './database.ts';
import { Dictionary, type Encoding } from './dictionary.ts';

export interface Vocabulary {
  readonly names: Dictionary<string>;
  readonly origins: Dictionary<Origin>;
  readonly reasons: Dictionary<Reason>;
  readonly answers: Dictionary<Answer>;
  /** After a rollback. */
  forget(): void;
}

export function openVocabulary(database: Database): Vocabulary {
  const names = new Dictionary(database, 'name', NAME);
  const origins = new Dictionary(database, 'origin', ORIGIN);
  const reasons = new Dictionary(database, 'reason', REASON);
  const answers = new Dictionary(database, 'answer', ANSWER);
  const forget = (): void => {
    for (const dictionary of [names, origins, reasons, answers]) dictionary.forget();
  };
  return { names, origins, reasons, answers, forget };
}

const NAME: Encoding<string> = {
  encode: (name) => name,
  decode: (name) => name,
  toSql: (name) => Buffer.from(name, 'utf8'),
  fromRow: (row) => row.bytes('content').toString('utf8'),
};

const JSON_TEXT: Pick<Encoding<unknown>, 'toSql' | 'fromRow'> = {
  toSql: (content) => content,
  fromRow: (row) => row.text('content'),
};

const ORIGIN: Encoding<Origin> = { ...JSON_TEXT, encode: originText, decode: (text) => originFrom(parse(text)) };
const ANSWER: Encoding<Answer> = { ...JSON_TEXT, encode: answerText, decode: (text) => answerFrom(parse(text)) };
const REASON: Encoding<Reason> = {
  ...JSON_TEXT,
  encode: reasonText,
  decode: (text) => {
    const value = parse(text);
    return isReason(value) ? value : undefined;
  },
};

/** Field by field, so that equal origins are equal text whoever made them. */
function originText(origin: Origin): string {
  const { country, asn, organization, organizationAsGiven, network, scanner, type, latitude, longitude, sources } =
    origin;
  return JSON.stringify({
    country,
    asn,
    organization,
    organizationAsGiven,
    network,
    scanner,
    type,
    latitude,
    longitude,
    sources,
  });
}

function originFrom(value: unknown): Origin | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const text = (name: string): string | undefined => textOf(fields.get(name));
  const number = (name: string): number | undefined => numberOf(fields.get(name));
  const sources = fields.get('sources');
  return Object.freeze({
    country: text('country'),
    asn: number('asn'),
    organization: text('organization'),
    organizationAsGiven: text('organizationAsGiven'),
    network: text('network'),
    scanner: text('scanner'),
    type: networkTypeOf(fields.get('type')),
    latitude: number('latitude'),
    longitude: number('longitude'),
    sources: Array.isArray(sources) ? sources.map(String) : [],
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Field by field, likewise; the order of the kinds is that of counting, and no part of the reason. */
function reasonText(reason: Reason): string {
  switch (reason.rule) {
    case 'manual':
      return JSON.stringify({ rule: reason.rule, by: reason.by, why: reason.why });
    case 'threshold': {
      const kinds = Object.entries(reason.kinds).sort(([a], [b]) => (a < b ? -1 : 1));
      return JSON.stringify({ ...reason, kinds: Object.fromEntries(kinds) });
    }
    case 'campaign': {
      // There are thousands, each another.
      const { rule, user, service, addresses, findTime, since } = reason;
      return JSON.stringify({ rule, user, service, addresses, findTime, since });
    }
    default: {
      // The rule first: unusual reasons are found by how they begin (ban-records.ts).
      const { rule, ...rest } = reason;
      return JSON.stringify({ rule, ...rest });
    }
  }
}

/** What a reason of each rule has beside its name. */
const REASON_FIELDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['manual', ['by', 'why']],
  ['threshold', ['kinds', 'findTime']],
  ['slow', ['score', 'limit', 'findTime', 'since']],
  ['wide', ['banned', 'limit', 'findTime', 'size', 'attacked', 'members']],
  ['campaign', ['user', 'service', 'addresses', 'findTime', 'since']],
  ['imported', ['from', 'text']],
]);

function isReason(value: unknown): value is Reason {
  if (typeof value !== 'object' || value === null || !('rule' in value)) return false;
  return REASON_FIELDS.get(value.rule)?.every((field) => field in value) === true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
