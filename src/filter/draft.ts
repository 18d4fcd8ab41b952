/**
 * A filter from lines that somebody wants recognized: format, address, pattern, samples. It is a draft: what the service
 * means by its words, only its administrator knows. Pure.
 */
import { parseAddress } from '../base/address.ts';
import type { Problem } from '../base/problem.ts';
import { UTC } from '../base/zone.ts';
import type { Format } from './definition.ts';
import { addressesIn, draftExpression, escapeForPattern } from './draft-text.ts';
import type { Envelope } from './envelope/envelope.ts';
import { ENVELOPES } from './envelope/index.ts';
import { withoutPort } from './envelope/json-access.ts';
import { JsonRecord } from './envelope/record.ts';
import { formatsOfLine } from './sniff.ts';
import { Timestamps } from './timestamp.ts';

export interface DraftRequest {
  /** Latin1, as cut from a log. */
  readonly lines: readonly string[];
  /** Which of several addresses is the client's. */
  readonly address?: string | undefined;
  /** For dates without a year. */
  readonly now: number;
}

/** The keys of the pattern, in the order in which they are written. */
export interface Draft {
  readonly format: Format;
  /** The program that logs, where the lines say it; an expression. */
  readonly process: string | undefined;
  readonly keys: ReadonlyArray<readonly [key: string, expression: string]>;
  /** Where the message of the first line starts. */
  readonly start: number;
}

/** In which order formats are tried: a web server's request is not a message. */
export function draftPattern({ lines, address, now }: DraftRequest): Draft | Problem {
  const format = commonFormat(lines, now);
  if (!format) {
    return {
      what: 'the lines are not of one format that is known',
      hint: 'a timestamp at the beginning, or one JSON object a line; rapsheet explain tells what a line is',
    };
  }
  const timestamps = new Timestamps({ zone: UTC, modified: now });
  const envelopes = lines.map((line) =>
    ENVELOPES[format]({ text: `${line}\n`, start: 0, end: line.length }, timestamps),
  );
  const known = envelopes.filter((envelope) => envelope !== undefined);
  const draft = { format, address, lines };
  if (format === 'access') return accessDraft(known, format);
  return format === 'json' ? recordDraft(draft) : messageDraft(known, draft);
}

function commonFormat(lines: readonly string[], now: number): Format | undefined {
  const [first = [], ...others] = lines.map((line) => formatsOfLine(line, now));
  return first.find((format) => others.every((formats) => formats.includes(format)));
}

interface Given {
  readonly format: Format;
  readonly address: string | undefined;
  readonly lines: readonly string[];
}

function messageDraft(envelopes: readonly Envelope[], { format, address }: Given): Draft | Problem {
  const messages = envelopes.map(({ field }) => field.text.slice(field.start, field.end));
  const addresses = messages.map((message) => chosenAddress(addressesIn(message), address));
  const problem = addresses.find((each): each is Problem => typeof each !== 'string');
  if (problem) return problem;
  const found = addresses.filter((each) => typeof each === 'string');
  const start = envelopes[0]?.field.start ?? 0;
  const names = [...new Set(envelopes.map(({ process }) => process))];
  const process = format === 'syslog' && !names.includes('') ? names.map(escapeForPattern).join('|') : undefined;
  return { format, process, keys: [['match', draftExpression(messages, found)]], start };
}

/** The only address, or the one that was named. */
function chosenAddress(found: readonly string[], wanted: string | undefined): string | Problem {
  const distinct = [...new Set(found)];
  if (distinct.length === 0)
    return { what: 'there is no address in the line', hint: 'names are not taken: whoever owns an address names it' };
  if (wanted !== undefined && distinct.includes(wanted)) return wanted;
  const [only] = distinct;
  if (distinct.length === 1 && only !== undefined) return only;
  return {
    what: `there are several addresses in the line: ${distinct.join(', ')}`,
    hint: "say which is the client's: --address ADDRESS",
  };
}

function accessDraft(envelopes: readonly Envelope[], format: Format): Draft {
  const requests = envelopes.map(({ field }) => field.text.slice(0, -1).replace(/\?\S*/, '?'));
  const statuses = [...new Set(envelopes.map(({ access }) => access?.status ?? ''))];
  const request = draftExpression(requests, [])
    .replace('\\?', '(?:\\?\\S*)?')
    .replace(/HTTP\/\d\\\.\d$/, 'HTTP/[\\d.]+');
  return {
    format,
    process: undefined,
    keys: [
      ['request', request],
      ['status', statuses.join('|')],
    ],
    start: 0,
  };
}

/** Fields that say what happened; the others say when, where and to whom. */
const TELLING =
  /(?:^|[._])(?:msg|message|event|event_?type|type|action|logger|component|module|category|outcome|result|reason|error|status|code|operation)$/i;
const USERS = /(?:^|[._])(?:user(?:[_.]?name)?|login(?:_?name)?|account|e?mail|principal|uid)$/i;
/** A field longer than this says more than one thing. */
const VALUE_MAX = 200;

function recordDraft({ format, address, lines }: Given): Draft | Problem {
  const records = lines.map((line) => leavesOf(JSON.parse(line)));
  const [first = new Map<string, string>()] = records;
  const path = [...first.keys()].find((key) => records.every((leaves) => isClient(leaves.get(key), address)));
  const inText = path === undefined ? textWithAddress(records, address) : undefined;
  if (path === undefined && typeof inText !== 'string') {
    return (
      inText ?? {
        what: 'no field is an address, and none holds one',
        hint: 'name the one that is meant: --address ADDRESS',
      }
    );
  }
  const user = [...first.keys()].find(
    (key) => USERS.test(key) && records.every((leaves) => leaves.has(key)) && key !== path,
  );
  const telling = [...first.keys()].filter(
    (key) => key === inText || (TELLING.test(key) && key !== path && key !== user),
  );
  const keys = telling.flatMap((key): Array<readonly [string, string]> => {
    const values = records.map((leaves) => leaves.get(key) ?? '');
    if (values.some((value) => value === '' || value.length > VALUE_MAX)) return [];
    const clients = key === inText ? values.map((value) => chosenText(value, address)) : [];
    const expression = draftExpression(values, clients);
    return [[`field.${tomlPath(key)}`, key === inText ? expression : expression.replaceAll('<user>', '.*')]];
  });
  const fields: ReadonlyArray<readonly [string, string]> = [
    ...keys,
    ...(path === undefined ? [] : [['address', path] as const]),
    ...(user === undefined ? [] : [['user', user] as const]),
  ];
  return { format, process: undefined, keys: fields, start: 0 };
}

function chosenText(value: string, address: string | undefined): string {
  const found = addressesIn(value);
  return address !== undefined && found.includes(address) ? address : (found.at(-1) ?? '');
}

function isClient(value: string | undefined, address: string | undefined): boolean {
  const bare = value === undefined ? undefined : withoutPort(value);
  return bare !== undefined && parseAddress(bare) !== undefined && (address === undefined || bare === address);
}

/** The path of the first telling text that holds an address; a problem when it holds several. */
function textWithAddress(
  records: ReadonlyArray<ReadonlyMap<string, string>>,
  address: string | undefined,
): string | Problem | undefined {
  const [first] = records;
  for (const key of first?.keys() ?? []) {
    const found = records.map((leaves) => addressesIn(leaves.get(key) ?? ''));
    if (found.some((each) => each.length === 0)) continue;
    const problem = found.map((each) => chosenAddress(each, address)).find((each) => typeof each !== 'string');
    return problem ?? key;
  }
  return undefined;
}

/** Every text and number of an object by its dotted path, as JsonRecord finds them. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  const leaves = new Map<string, string>();
  if (typeof value !== 'object' || value === null) return leaves;
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') leaves.set(at, String(item));
    else if (!Array.isArray(item)) for (const [below, text] of leavesOf(item, at)) leaves.set(below, text);
  }
  return leaves;
}

/** Bare where TOML allows it. */
function tomlPath(path: string): string {
  return path
    .split('.')
    .map((part) => (/^[\w-]+$/.test(part) ? part : JSON.stringify(part)))
    .join('.');
}

/** Whether a line is one JSON object, for the samples. */
export function isRecord(line: string): boolean {
  return JsonRecord.parse(line) !== undefined;
}
