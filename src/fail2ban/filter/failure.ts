/** What a filter found: whom, when, and by which lines. */
import type { LogFile, LogLine } from '../../model.ts';
import type { Host, Identity } from '../identity.ts';
import { earlierLines } from './earlier-lines.ts';
import { FIELD, type FieldList, type Fields, type FieldValue } from './fields.ts';
import type { Line } from './line.ts';
import type { Session } from './sessions.ts';
import type { Who } from './who.ts';

/** Whom a failure is about. */
export interface Failure {
  /** Of the expression, among those of `failRegex`. */
  readonly index: number;
  /** Undefined only where all expressions are tried, and another line has yet to tell. */
  readonly subject: Host | undefined;
  /** The client's address, when the failure is about something else. */
  readonly address?: Identity;
  /** Milliseconds since 1970; undefined when nothing tells it. */
  readonly time: number | undefined;
  readonly fields: Fields;
  /** Those that a session tried, in order. */
  readonly users: readonly string[];
  /** The lines that it is read from, as they stand in the log. */
  readonly lines: readonly string[];
}

/** Its fields are made a Map of when somebody asks for them. */
export class FoundFailure implements Failure {
  readonly index: number;
  readonly subject: Host | undefined;
  declare readonly address?: Identity;
  readonly time: number | undefined;
  readonly users: readonly string[];
  readonly #fields: FieldList;
  readonly #lines: readonly Line[];

  constructor(index: number, time: number | undefined, { fields, users, matches }: Session, who: Partial<Who>) {
    this.index = index;
    this.subject = who.subject;
    if (who.address) this.address = who.address;
    this.time = time;
    this.users = users;
    this.#fields = fields;
    this.#lines = matches;
  }

  get fields(): Fields {
    return this.#fields.toMap();
  }

  /** Who was tried; of a session the last. */
  get user(): FieldValue | undefined {
    return this.#fields.get(FIELD.user);
  }

  /** Where its other lines stand than the one that completed it; undefined where it is the only one, as mostly. */
  earlier(file: LogFile, offset: number): readonly LogLine[] | undefined {
    return this.#lines.length < 2 ? undefined : earlierLines(this.#lines, { file, offset });
  }

  get lines(): readonly string[] {
    return this.#lines.map(({ whole }) => whole);
  }
}
