/**
 * An attempt as text, to be kept with the ledger and judged again after a crash. Short keys: there is one for each
 * attempt of the last half hour.
 */

import { fromWords } from '../base/address.ts';
import { serviceOf } from '../base/kind.ts';
import type { Attempt, LogFile, Pattern } from '../model.ts';
import { FLOOD_PATTERN } from './traffic/patterns.ts';

/** JSON of an attempt. Opaque but for being JSON. */
export type AttemptText = readonly [
  time: number,
  address: readonly [number, number, number, number],
  pattern: readonly [filter: string, number: number, kind: string],
  user: string | null,
  target: string | null,
  offset: number,
  count: number,
  session: string,
  line: string,
  file: readonly [host: string, path: string],
  /** Of the same host. */
  earlier?: ReadonlyArray<readonly [path: string, offset: number, line: string]>,
];

export function attemptText({ time, address, pattern, user, target, ...rest }: Attempt): AttemptText {
  const { offset, count, session, line, file, earlier } = rest;
  return [
    time,
    [address.w0, address.w1, address.w2, address.w3],
    [pattern.filter, pattern.number, pattern.kind],
    user ?? null,
    target ?? null,
    offset,
    count,
    session,
    line,
    [file.host, file.path],
    ...earlierText(earlier),
  ];
}

/** Nothing at all where there are none, as nearly always. */
function earlierText(lines: Attempt['earlier']): readonly [] | readonly [NonNullable<AttemptText[10]>] {
  return lines ? [lines.map(({ file, offset, line }) => [file.path, offset, line])] : [];
}

/** Makes attempts of their texts. The patterns are those of today: a filter may have changed in between. */
export class AttemptReader {
  readonly #patterns = new Map<string, Pattern>();
  /** One for each path, as when they were read. */
  #file: LogFile | undefined;

  constructor(patterns: Iterable<Pattern>) {
    for (const pattern of [FLOOD_PATTERN, ...patterns])
      this.#patterns.set(keyOf(pattern.filter, pattern.number, pattern.kind), pattern);
  }

  read(text: AttemptText): Attempt {
    const [time, [w0, w1, w2, w3], [filter, number, kind], user, target, offset, count, session, line] = text;
    return {
      time,
      address: fromWords(w0, w1, w2, w3),
      pattern: this.#patternOf(filter, number, kind),
      user: user ?? undefined,
      target: target ?? undefined,
      file: this.#fileOf(...text[9]),
      offset,
      count,
      session,
      line,
      earlier: text[10]?.map((each) => ({ file: this.#fileOf(text[9][0], each[0]), offset: each[1], line: each[2] })),
    };
  }

  /** A pattern that there is no more still counted then, and counts on. */
  #patternOf(filter: string, number: number, kind: string): Pattern {
    const key = keyOf(filter, number, kind);
    const known = this.#patterns.get(key);
    if (known) return known;
    const service = serviceOf(kind);
    const gone = { filter, number, service, kind, voice: undefined, syslog: false, success: false };
    this.#patterns.set(key, gone);
    return gone;
  }

  #fileOf(host: string, path: string): LogFile {
    if (this.#file?.path !== path || this.#file.host !== host) this.#file = { host, path, modified: 0 };
    return this.#file;
  }
}

function keyOf(filter: string, number: number, kind: string): string {
  return `${filter} ${number} ${kind}`;
}
