/** From one line to one attempt: the envelope is read, then the first pattern in the filters' order that matches. */
import { type Address, type Network, parseAddress } from '../base/address.ts';
import type { Attempt, LogFile } from '../model.ts';
import { carriedRecord, carriedStart } from './carried.ts';
import { clientOf, nameOf } from './client.ts';
import type { CompiledPattern } from './compile.ts';
import type { Format } from './definition.ts';
import type { Envelope, EnvelopeReader, Span } from './envelope/envelope.ts';
import { readerOf } from './envelope/index.ts';
import { withoutPort } from './envelope/json-access.ts';
import type { JsonRecord } from './envelope/record.ts';
import type { FieldName } from './expression/parse.ts';
import type { RecordMatch } from './json-pattern.ts';
import type { Timestamps } from './timestamp.ts';

/**
 * A syslog message longer than this may have been cut by a daemon or a relay, and then its end is the client's text.
 * Honest messages that matter stay below a thousand bytes.
 */
const MESSAGE_MAX = 2_000;
/**
 * journald cuts no message below 48 KiB, so what is longer in its records is whole, and a long user name must not hide
 * an attack. Beyond 8 KiB no daemon that a filter knows writes a message.
 */
const RECORDED_MAX = 8_192;
/** The most attempts that one line may claim to stand for. */
const COUNT_MAX = 100;

/** Why a line that a literal was found in made no attempt, where that is not just "no pattern matched". */
export interface SetAside {
  /** No envelope of the log's format around it. */
  unreadable: number;
  /** Too long to be trusted. */
  oversize: number;
  /** Web requests that a proxy passed on, where `trusted_proxies` does not say whom to believe. */
  forwarded: number;
  /** Lines that may be forged (filter/forgery.ts). */
  forged: number;
}

export interface RecognizerOptions {
  readonly format: Format;
  readonly trustedProxies: readonly Network[];
  readonly setAside: SetAside;
}

export class Recognizer {
  readonly #options: RecognizerOptions;
  /** Whether a program's lines are for a pattern, by the program's name: there are few names and many lines. */
  readonly #accepted = new Map<string, Set<RegExp>>();
  /** Most lines with a literal are of the same program as the one before. */
  #last: { readonly program: string; readonly accepted: Set<RegExp> } | undefined;
  /** Of the file that the line before was in. */
  #reader: { readonly file: LogFile; readonly read: EnvelopeReader } | undefined;

  constructor(options: RecognizerOptions) {
    this.#options = options;
  }

  /** `candidates`: the patterns of which a literal stands in the line, in the filters' order. */
  recognize(line: Span, candidates: readonly CompiledPattern[], place: Place): Attempt | undefined {
    const envelope = this.#readerOf(place.file)(line, place.timestamps);
    if (!envelope) {
      this.#options.setAside.unreadable++;
      return undefined;
    }
    if (!envelope.access && isTooLong(envelope)) {
      this.#options.setAside.oversize++;
      return undefined;
    }
    const at: Matching = { line, envelope, place, record: envelope.record };
    for (const candidate of candidates) {
      const attempt = candidate.record
        ? this.#matchRecord(candidate, candidate.record, at)
        : this.#match(candidate, at);
      if (attempt) return attempt;
    }
    return undefined;
  }

  #readerOf(file: LogFile): EnvelopeReader {
    if (this.#reader?.file !== file) this.#reader = { file, read: readerOf(this.#options.format, file.path) };
    return this.#reader.read;
  }

  #match(candidate: CompiledPattern, at: Matching): Attempt | undefined {
    const { envelope } = at;
    if (!this.#accepts(candidate, envelope)) return undefined;
    const { expression } = candidate;
    expression.lastIndex = this.#isCarried(candidate)
      ? carriedStart(envelope, at.place.timestamps)
      : envelope.field.start;
    const groups = expression.exec(envelope.field.text);
    if (!groups) return undefined;
    const fields = fieldsOf(candidate.groups, groups);
    const access = candidate.format === 'access' ? envelope.access : undefined;
    const address = access ? clientOf(access, this.#options.trustedProxies) : parseAddress(fields.address ?? '');
    if (address === 'withheld') this.#options.setAside.forwarded++;
    if (!address || address === 'withheld') return undefined;
    if (!access) {
      if (candidate.name?.test(fields.user ?? '') === false) return undefined;
      return attemptOf(candidate, at, { ...fields, address });
    }
    const target = envelope.field.text.slice(0, -1);
    return attemptOf(candidate, at, { address, user: nameOf(access), target, count: undefined });
  }

  #matchRecord(candidate: CompiledPattern, { conditions, ...paths }: RecordMatch, at: Matching): Attempt | undefined {
    if (!this.#accepts(candidate, at.envelope)) return undefined;
    at.record ??= carriedRecord(at.envelope);
    const { record } = at;
    if (!record) return undefined;
    const fields: Fields = { address: undefined, user: undefined, target: undefined, count: undefined };
    for (const { path, expression, groups } of conditions) {
      // A newline in a value must not end it early: the whole of it has to match.
      const found = expression.exec(record.text(path)?.replaceAll('\n', '\0') ?? ABSENT);
      if (!found) return undefined;
      addFields(fields, groups, found);
    }
    const address = parseAddress(fields.address ?? withoutPort(record.text(paths.address ?? '') ?? ''));
    if (!address) return undefined;
    const user = fields.user ?? (paths.user === undefined ? undefined : record.text(paths.user));
    const target = fields.target ?? (paths.target === undefined ? undefined : record.text(paths.target));
    return attemptOf(candidate, at, { address, user, target, count: fields.count });
  }

  #accepts(candidate: CompiledPattern, envelope: Envelope): boolean {
    const { access } = envelope;
    if (candidate.format === 'access') {
      return (
        access !== undefined &&
        (candidate.status?.test(access.status) ?? true) &&
        (candidate.name?.test(access.name) ?? true) &&
        (candidate.agent?.test(access.agent) ?? true)
      );
    }
    if (envelope.process === '' && this.#isCarried(candidate)) return false;
    if (!candidate.process || envelope.process === '') return true;
    const accepted = this.#acceptedOf(envelope.process);
    if (accepted.has(candidate.process)) return true;
    if (!candidate.process.test(envelope.process)) return false;
    accepted.add(candidate.process);
    return true;
  }

  /** Whether the pattern is for an application's own log, and this is syslog that may carry its lines. */
  #isCarried(candidate: CompiledPattern): boolean {
    return candidate.format !== this.#options.format && this.#options.format === 'syslog';
  }

  #acceptedOf(program: string): Set<RegExp> {
    if (program === this.#last?.program) return this.#last.accepted;
    let accepted = this.#accepted.get(program);
    if (!accepted) {
      // Program names are the host's own, but a relay may send any: more than these are not remembered.
      if (this.#accepted.size >= 1_000) this.#accepted.clear();
      accepted = new Set();
      this.#accepted.set(program, accepted);
    }
    this.#last = { program, accepted };
    return accepted;
  }
}

function isTooLong({ field, recorded }: Envelope): boolean {
  const length = field.end - field.start;
  return length > MESSAGE_MAX && (!recorded || length > RECORDED_MAX);
}

/** Where a line stands, and how its log's dates are read. */
export interface Place {
  readonly file: LogFile;
  readonly offset: number;
  readonly timestamps: Timestamps;
}

interface Matching {
  readonly line: Span;
  readonly envelope: Envelope;
  readonly place: Place;
  /** Of a JSON log, or of a message that is JSON once somebody asked. */
  record: JsonRecord | undefined;
}

/** For a field that is not there: no expression matches a newline. */
const ABSENT = '\n';

interface Fields {
  address: string | undefined;
  user: string | undefined;
  target: string | undefined;
  count: string | undefined;
}

/** The texts of the groups by their names. Always the same four: an object that takes shape by name is slow to read. */
function fieldsOf(names: readonly FieldName[], groups: RegExpExecArray): Fields {
  const fields: Fields = { address: undefined, user: undefined, target: undefined, count: undefined };
  addFields(fields, names, groups);
  return fields;
}

function addFields(fields: Fields, names: readonly FieldName[], groups: RegExpExecArray): void {
  for (let i = 0; i < names.length; i++) {
    const text = groups[i + 1];
    switch (names[i]) {
      case 'address':
        fields.address = text ?? fields.address;
        break;
      case 'user':
        fields.user = text ?? fields.user;
        break;
      case 'target':
        fields.target = text ?? fields.target;
        break;
      case 'count':
        fields.count = text ?? fields.count;
        break;
    }
  }
}

function attemptOf(
  candidate: CompiledPattern,
  { line, envelope, place }: Matching,
  { address, user, target, count }: Omit<Fields, 'address'> & { readonly address: Address },
): Attempt {
  return {
    time: envelope.time,
    address,
    pattern: candidate.pattern,
    user,
    target,
    file: place.file,
    offset: place.offset,
    count: count === undefined ? 1 : Math.min(COUNT_MAX, Math.max(1, Number(count))),
    session: candidate.session === 'process' ? envelope.pid : '',
    line: line.text.slice(line.start, withoutReturn(line)),
  };
}

/** Where a line ends without its carriage return. */
export function withoutReturn(line: Span): number {
  return line.text.charCodeAt(line.end - 1) === 13 ? line.end - 1 : line.end;
}
