/** Failures alone, for who reads them on: `-o` of `fail2ban-regex` and what it knows. */
import { isIPv4 } from '../../base/address.ts';
import { fieldName } from '../filter/expand.ts';
import { type Fields, textOf } from '../filter/fields.ts';
import type { Failure } from '../filter/filter.ts';
import { reverseName } from '../identity.ts';
import { type PythonValue, pythonSeconds, pythonText } from '../python-text.ts';

export interface Around {
  /** The groups of its expressions. */
  readonly groups: readonly string[];
  /** Milliseconds since 1970: of failures that nobody knows the time of. */
  readonly now: number;
}

/** Writes the lines of one failure. */
export type Writer = (failure: Failure, around: Around) => readonly string[];

const BUILT_IN: Readonly<Record<string, Writer>> = {
  id: (failure) => [identityText(failure)],
  fid: (failure) => [identityText(failure)],
  ip: (failure) => [addressText(failure)],
  msg: (failure) => failure.lines,
  row: rowOf,
};

/** How failures are written that `-o` asks for so: a known word, a field, or a text with tags. */
export function writerOf(format: string): Writer {
  const known = Object.hasOwn(BUILT_IN, format) ? BUILT_IN[format] : undefined;
  if (known) return known;
  if (!format.includes('<')) return (failure) => [fieldText(failure, format)];
  return (failure, { now }) => replaced(format, timed(failure, now));
}

/** Whom it is about. */
export function identityText({ subject }: Failure): string {
  return subject?.text ?? 'None';
}

function addressText(failure: Failure): string {
  return failure.address?.text ?? identityText(failure);
}

function fieldText({ fields, lines, users, address }: Failure, name: string): string {
  if (name === 'matches') return pythonText(lines);
  if (name === 'users' && users.length > 0) return pythonText(new Set(users));
  if (name === 'ip' && address) return address.text;
  const value = fields.get(name);
  return value === undefined ? 'None' : textOf(value);
}

function rowOf(failure: Failure, { groups }: Around): readonly string[] {
  const fields = new Map<string, PythonValue>(groups.map((name) => [name, failure.fields.get(name) ?? null]));
  for (const [name, value] of failure.fields) fields.set(name, value);
  if (failure.users.length > 0) fields.set('users', new Set(failure.users));
  if (failure.address) fields.set('ip', failure.address.text);
  const { time } = failure;
  const seconds = time === undefined ? 'None' : pythonSeconds(time / 1_000);
  return [`[${pythonText(identityText(failure))},\t${seconds},\t${pythonText(fields)}],`];
}

/** In place of the message while the other tags are replaced, as there may be many lines of it. No line holds it. */
const MESSAGE = '\u0000';

/** Its values are read from it one by one: those of a failure that a filter found are made when they are asked for. */
function timed({ index, subject, address, time, fields, users, lines }: Failure, now: number): Failure {
  return { index, subject, ...(address ? { address } : {}), time: time ?? now, fields, users, lines };
}

function replaced(format: string, failure: Failure): readonly string[] {
  const isLong = failure.lines.length > 1;
  const text = format.replace(/<([\w.-]+)>/g, (tag, name: string) => {
    if (name === 'msg' && isLong) return MESSAGE;
    if (/^F-[A-Z0-9_-]+$/.test(name)) return customText(failure.fields, name);
    return tagText(failure, name)?.replaceAll('\u0000', '\\x00') ?? tag;
  });
  return text.includes(MESSAGE) ? failure.lines.map((line) => text.replaceAll(MESSAGE, () => line)) : [text];
}

function customText(fields: Fields, tag: string): string {
  const value = fields.get(fieldName(tag.slice(2)));
  return value === undefined ? '' : textOf(value).replaceAll('\u0000', '\\x00');
}

/** Undefined for a tag that stands for nothing here. */
function tagText(failure: Failure, name: string): string | undefined {
  switch (name) {
    case 'ip':
      return addressText(failure);
    case 'fid':
      return identityText(failure);
    case 'family':
      return familyOf(failure);
    case 'ip-rev':
      return reverseOf(failure);
    case 'time':
      return failure.time === undefined ? 'None' : pythonSeconds(failure.time / 1_000);
    case 'msg':
    case 'matches':
      return failure.lines.join('\n');
    // Nothing is counted here, and nobody banned.
    case 'failures':
    case 'bancount':
    case 'restored':
      return '0';
    case 'br':
      return '\n';
    case 'sp':
      return ' ';
    default:
      return undefined;
  }
}

function familyOf({ address, subject }: Failure): string {
  const client = address ?? subject;
  if (client?.type !== 'network') return 'None';
  return isIPv4(client.network.base) ? 'inet4' : 'inet6';
}

/** As blocklists are asked: the name without its zone. */
function reverseOf({ address, subject }: Failure): string {
  const client = address ?? subject;
  return client?.type === 'network' ? reverseName(client).replace(/(?:in-addr|ip6)\.arpa\.$/, '') : '';
}
