/** The original's own small functions: addresses, tags, options, times. Each answer that was noted while its tests ran. */
import { describe, expect, it } from 'vitest';
import { isIPv4 } from '../base/address.ts';
import { parseCall, splitCalls, splitWords } from './config/call.ts';
import { parseSeconds } from './config/seconds.ts';
import { replaceTags } from './config/tags.ts';
import { expandTags } from './filter/expand.ts';
import { parseIdentity, type Reading, reverseName } from './identity.ts';
import { emitNative } from './regex/emit.ts';
import { parseRegex } from './regex/parse.ts';
import { simplify } from './regex/simplify.ts';
import { oracleRecords, oracleTitle } from './testing/oracle.ts';

interface Unit<In, Out> {
  readonly fn: string;
  readonly in: In;
  readonly out: Out | null;
  readonly error?: string;
}

const units = oracleRecords<Unit<unknown, unknown>>('units.jsonl.gz');

function unitsOf<In, Out>(name: string): Unit<In, Out>[] {
  return (units ?? []).filter(({ fn }) => fn === name) as Unit<In, Out>[];
}

/** What is done, or undefined when it is refused. */
function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** As the original writes a value that is no text. */
function written(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

describe.skipIf(!units)(oracleTitle('the small functions of the original', units), () => {
  it('addresses', () => {
    type Out = { valid: boolean; str: string; family: string; plen: number; single: boolean; ptr: string };
    const records = unitsOf<[string, number | null], Out>('IPAddr');
    const wrong = records.flatMap(({ in: [text, cidr], out }) => {
      const identity = cidr === RAW ? ({ type: 'text', text } as const) : parseIdentity(text, readingOf(cidr));
      const ours = { str: identity.text, ptr: reverseName(identity), ...familyOf(identity) };
      const valid = out?.valid && cidr !== RAW;
      const theirs = { str: out?.str, ptr: out?.ptr, ...(valid ? { family: out.family, plen: out.plen } : {}) };
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ text, cidr, ours, theirs }];
    });
    expect(records.length).toBeGreaterThan(1_000);
    expect(wrong).toEqual([]);
  });

  it('tags of expressions: what they mean, not how they are written', () => {
    const records = unitsOf<[string, string], string>('resolveHostTag');
    const wrong = records.filter(({ in: [text, useDns], out }) => {
      const ours = attempt(() => meaning(expandTags(text, useDns === 'no' ? 'addresses' : 'names').text));
      return ours !== attempt(() => meaning(expandTags(out ?? '', 'names').text));
    });
    expect(records.length).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  });

  it('tags of options', () => {
    type In = [Record<string, unknown>, string, string[]];
    const records = unitsOf<In, Record<string, unknown>>('substituteRecursiveTags');
    const wrong = records.flatMap(({ in: [tags, condition, ignored], out }) => {
      const options = new Map(Object.entries(tags).map(([name, value]) => [name, written(value)]));
      const source = { ignored: new Set(ignored), further: () => undefined, place: '' };
      const ours = attempt(() =>
        Object.fromEntries(replaceTags(options, condition ? { ...source, condition } : source)),
      );
      const theirs = out
        ? Object.fromEntries(Object.entries(out).map(([name, value]) => [name, written(value)]))
        : undefined;
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ tags, ours, theirs }];
    });
    expect(records.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('calls with options', () => {
    const records = unitsOf<[[string], object], [string, Record<string, string>]>('extractOptions');
    const wrong = records.flatMap(({ in: [[text]], out }) => {
      const ours = attempt(() => parseCall(text));
      const table = ours && [ours.name, Object.fromEntries(ours.options)];
      return JSON.stringify(table) === JSON.stringify(out ?? undefined) ? [] : [{ text, table, out }];
    });
    expect(records.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });

  it('several calls', () => {
    const records = unitsOf<[[string], object], string[]>('splitWithOptions');
    const wrong = records.flatMap(({ in: [[text]], out }) => {
      const ours = splitCalls(text);
      const theirs = (out ?? []).map((call) => call.trim());
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ text, ours, theirs }];
    });
    expect(records.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('times and words', () => {
    for (const {
      in: [[value]],
      out,
    } of unitsOf<[[string | number], object], number>('str2seconds')) {
      expect([value, attempt(() => parseSeconds(String(value)))]).toEqual([value, out ?? undefined]);
    }
    for (const {
      in: [[text], { ignoreComments }],
      out,
    } of unitsOf<[[string | null], { ignoreComments?: boolean }], string[]>('splitwords')) {
      expect(splitWords(text ?? '', ignoreComments ? 'comments' : 'words')).toEqual(out);
    }
  });
});

/** What the original's numbers mean: any text, a family, or bits. */
const RAW = -2;
const INET = RAW - 2;
const INET6 = RAW - 10;

function readingOf(cidr: number | null): Reading {
  if (cidr === INET || cidr === INET6) return { family: cidr === INET ? 4 : 6 };
  return cidr === null || cidr < 0 ? {} : { prefix: cidr };
}

function familyOf(identity: ReturnType<typeof parseIdentity>): { family?: string; plen?: number } {
  if (identity.type === 'text') return {};
  const { base, bits } = identity.network;
  return isIPv4(base) ? { family: 'inet4', plen: bits - 96 } : { family: 'inet6', plen: bits };
}

/** Two expressions that become the same for V8 find the same. */
function meaning(source: string): unknown {
  const { root, groups, names } = parseRegex(source, { multiline: false });
  return JSON.stringify([emitNative(simplify(root), groups, new Set()), [...names]]);
}
