/**
 * One JSON object of a log. It is parsed, so text that only looks like a field inside another is none; and a key that
 * stands twice in one object is no field at all, because readers differ in which of the two they believe.
 */
import { toLog } from '../../base/text.ts';

export class JsonRecord {
  readonly #value: object;
  readonly #source: string;
  #twice: ReadonlySet<string> | undefined;

  /** Of a line (latin1); undefined when it is not one JSON object. */
  static parse(source: string): JsonRecord | undefined {
    try {
      const utf8 = Buffer.from(source, 'latin1').toString('utf8');
      const value: unknown = JSON.parse(utf8);
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject ? new JsonRecord(value, utf8) : undefined;
    } catch {
      return undefined; // Not JSON, then not of this format.
    }
  }

  private constructor(value: object, source: string) {
    this.#value = value;
    this.#source = source;
  }

  /** The field at a dotted path as text (latin1, as all text of logs); numbers and truth values as JSON writes them. */
  text(path: string): string | undefined {
    const value = this.raw(path);
    if (value === undefined) return undefined;
    this.#twice ??= keysThatStandTwice(this.#source);
    if (this.#twice.size > 0 && prefixesOf(path).some((prefix) => this.#twice?.has(prefix))) return undefined;
    return textOf(value);
  }

  /** The first of the fields that is there, with a text that is not empty and not `-`. */
  first(paths: readonly string[]): string | undefined {
    for (const path of paths) {
      const text = this.text(path);
      if (text !== undefined && text !== '' && text !== '-') return text;
    }
    return undefined;
  }

  /** As parsed, duplicates and all. */
  raw(path: string): unknown {
    return valueAt(this.#value, path);
  }
}

/** A key may hold dots itself (`client.ip`), so every split of the path is tried, the longest key first. */
function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return Reflect.get(value, path);
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const key = path.slice(0, dot);
    if (Object.hasOwn(value, key)) return valueAt(Reflect.get(value, key), path.slice(dot + 1));
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  // Header fields are lists, of one as a rule.
  if (Array.isArray(value)) return value.length === 1 ? textOf(value[0]) : undefined;
  if (typeof value === 'string') return toLog(value);
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? String(value) : undefined;
}

function prefixesOf(path: string): string[] {
  const parts = path.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

interface Frame {
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined;
  readonly path: string;
  key: string;
  expectsKey: boolean;
}

/** The dotted paths of keys that stand twice in one object. The text is known to be JSON. */
function keysThatStandTwice(source: string): ReadonlySet<string> {
  const twice = new Set<string>();
  const frames: Frame[] = [];
  for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const frame = frames.at(-1);
    if (token === '{' || token === '[') {
      const path = frame ? frame.path + (frame.keys ? `${frame.key}.` : '') : '';
      const isObject = token === '{';
      frames.push({ keys: isObject ? new Set() : undefined, path, key: '', expectsKey: isObject });
    } else if (token === '}' || token === ']') frames.pop();
    else if (token === ',' && frame) frame.expectsKey = frame.keys !== undefined;
    else if (frame?.keys && frame.expectsKey) {
      frame.expectsKey = false;
      frame.key = token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
      if (frame.keys.has(frame.key)) twice.add(frame.path + frame.key);
      frame.keys.add(frame.key);
    }
  }
  return twice;
}
