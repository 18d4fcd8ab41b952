/** [blocklists]: which DNS blocklists are asked, about whom, through which resolver. Without a zone nobody is asked. */
import * as v from 'valibot';
import { parseAddress } from '../base/address.ts';
import { isListedKind, listedKind } from '../base/kind.ts';
import { likeliest } from '../base/problem.ts';
import { type ListenPlace, parsePlace } from './listen.ts';
import { duration, durationOrNone, text, texts } from './values.ts';

/** For each of the four numbers of an answer the ranges that it may be in, both ends included. */
export type AnswerRanges = ReadonlyArray<ReadonlyArray<readonly [from: number, to: number]>>;

export interface BlocklistZone {
  /** In lower case, without a dot at its end. It may hold a customer's key, which is nobody else's business. */
  readonly name: string;
  /** What it is called in records and reports: the name, without a key. */
  readonly title: string;
  /** The answers that count, where the configuration says which; undefined: those that are for abuse. */
  readonly answers: AnswerRanges | undefined;
}

export interface BlocklistSettings {
  /** None: nobody is asked. */
  readonly zones: readonly BlocklistZone[];
  /** Kinds of attempt for which the address is looked up. */
  readonly kinds: readonly string[];
  /** Undefined: the resolvers of the system. */
  readonly resolver: ListenPlace | undefined;
  /** How long one question may take, in milliseconds. */
  readonly timeout: number;
  /** How long an answer is used again at most, in milliseconds; 0: not at all. */
  readonly cache: number;
}

/** Each is asked about each address: more are no better, and slower. */
const ZONES_MAX = 16;
/** A name has at most 253 characters; an IPv6 address takes 64 of them. */
const NAME_MAX = 253 - 64;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** A customer's key stands before the zone: `KEY.zen.dq.spamhaus.net`. */
const KEYED = /^[a-z0-9]+\.(?=[a-z0-9-]+\.dq\.spamhaus\.net$)/;
/** One of the four numbers: itself, or a list of numbers and ranges in brackets. */
const PART = /^(?:(\d{1,3})|\[(\d{1,3}(?:\.\.\d{1,3})?(?:;\d{1,3}(?:\.\.\d{1,3})?)*)\])$/;

/** `zen.spamhaus.org`, or with the answers that count, as Postfix writes them: `zen.spamhaus.org=127.0.0.[2..11]`. */
export function parseZone(given: string): BlocklistZone | { readonly problem: string } {
  const [first = '', ranges, ...more] = given.split('=');
  const name = first.trim().toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  const isName = labels.length >= 2 && labels.every((label) => LABEL.test(label)) && name.length <= NAME_MAX;
  if (!isName || parseAddress(name)) {
    return { problem: `must be the name of a zone like "zen.spamhaus.org" (got "${given}")` };
  }
  const answers = ranges === undefined ? undefined : rangesOf(ranges.trim());
  if (more.length > 0 || (ranges !== undefined && !answers)) {
    return { problem: `after "=" come the answers that count, like "127.0.0.[2..11]" (got "${given}")` };
  }
  return { name, title: name.replace(KEYED, ''), answers };
}

function rangesOf(text: string): AnswerRanges | undefined {
  // The dots between two numbers of a range are no separators.
  const parts = text.split(/\.(?![^[]*\])/).map(partOf);
  const ranges = parts.flatMap((part) => (part ? [part] : []));
  const isForBlocklists = ranges[0]?.every(([from, to]) => from === 127 && to === 127);
  return ranges.length === 4 && parts.length === 4 && isForBlocklists ? ranges : undefined;
}

function partOf(text: string): Array<readonly [number, number]> | undefined {
  const [, single, list] = PART.exec(text) ?? [];
  const entries = (single ?? list)?.split(';');
  if (!entries) return undefined;
  const ranges = entries.map((entry): readonly [number, number] => {
    const [from = '', to = from] = entry.split('..');
    return [Number(from), Number(to)];
  });
  return ranges.every(([from, to]) => from <= to && to <= 255) ? ranges : undefined;
}

const zone = v.pipe(
  text,
  v.rawTransform<string, BlocklistZone>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseZone(dataset.value);
    if ('name' in parsed) return parsed;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

const resolver = v.pipe(
  text,
  v.rawTransform<string, ListenPlace>(({ dataset, addIssue, NEVER }) => {
    const address = parseAddress(dataset.value);
    const place = parsePlace(dataset.value) ?? (address && { host: address.text, port: 53 });
    if (place) return place;
    addIssue({ message: `must be the address of a resolver like "127.0.0.1:53" (got "${dataset.value}")` });
    return NEVER;
  }),
);

export const blocklistSchemas = {
  blocklists: v.optional(
    v.strictObject({
      zones: v.optional(
        v.pipe(
          v.array(zone, 'must be a list of zones like ["zen.spamhaus.org"]'),
          v.maxLength(ZONES_MAX, `has more than ${ZONES_MAX} zones`),
        ),
      ),
      kinds: v.optional(texts),
      resolver: v.optional(resolver),
      timeout: v.optional(v.pipe(duration, v.maxValue(60_000, 'must be at most "1m"'))),
      cache: v.optional(v.pipe(durationOrNone, v.maxValue(86_400_000, 'must be at most "1d"'))),
    }),
  ),
};
const blocklistsInput = v.strictObject(blocklistSchemas);
type BlocklistsInput = v.InferOutput<typeof blocklistsInput>;

export function blocklistSettings({ blocklists = {} }: BlocklistsInput): { readonly blocklists: BlocklistSettings } {
  const { zones = [], kinds = ['mail.relay'], timeout = 5_000, cache = 3_600_000 } = blocklists;
  const known = new Map(zones.map((each) => [each.name, each]));
  return { blocklists: { zones: [...known.values()], kinds, resolver: blocklists.resolver, timeout, cache } };
}

/** Which kind of `kinds` there is not, with the likeliest right one. */
export function unknownKind(
  { kinds }: BlocklistSettings,
  known: ReadonlyMap<string, unknown>,
): { readonly kind: string; readonly near: string | undefined } | undefined {
  const askable = [...known.keys()].filter((kind) => !isListedKind(kind) && !kind.endsWith('.accepted'));
  const kind = kinds.find((each) => !askable.includes(each));
  return kind === undefined ? undefined : { kind, near: likeliest(kind, askable) };
}

/** With a kind of the listed for each kind that is looked up: as telling as that of `mail.relay`, whatever they did. */
export function withListedKinds<Kind extends { readonly sentence: string; readonly weight: number }>(
  kinds: ReadonlyMap<string, Kind>,
  { kinds: asked }: BlocklistSettings,
): ReadonlyMap<string, Kind> {
  const model = kinds.get(listedKind('mail.relay'));
  const added = asked.flatMap((name): Array<[string, Kind]> => {
    const kind = kinds.get(name);
    if (!kind || kinds.has(listedKind(name))) return [];
    const sentence = `${kind.sentence}, from an address on a DNS blocklist`;
    return [[listedKind(name), { ...kind, sentence, weight: model?.weight ?? kind.weight }]];
  });
  return new Map([...kinds, ...added]);
}

/**
 * The kinds under which attempts can be recorded. Those of the listed are of no log: only a daemon that asks knows them,
 * and where nobody asks, nothing waits for the answer (filter/naming.ts).
 */
export function recordedKinds(
  kinds: ReadonlyMap<string, unknown>,
  asked: BlocklistSettings | 'nobody',
): readonly string[] {
  const isAsked = asked !== 'nobody' && asked.zones.length > 0;
  const listed = new Set(isAsked ? asked.kinds.map(listedKind) : []);
  return [...kinds.keys()].filter((kind) => !isListedKind(kind) || listed.has(kind));
}

/** As it is written. */
export function zoneText({ title, answers }: BlocklistZone): string {
  if (!answers) return title;
  const parts = answers.map((ranges) => {
    const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}..${to}`));
    return texts.length === 1 && /^\d+$/.test(texts[0] ?? '') ? texts[0] : `[${texts.join(';')}]`;
  });
  return `${title}=${parts.join('.')}`;
}
