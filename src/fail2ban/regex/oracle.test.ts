/** Every expression that fail2ban compiles, on every text that it tries it on: the same match, the same groups. */
import { describe, expect, it } from 'vitest';
import { inPoints, oracleRecords, oracleTitle } from '../testing/oracle.ts';
import { compileExpression, type Engine, type Expression } from './expression.ts';
import { subjectOf } from './subject.ts';

interface Listed {
  readonly id: number;
  readonly pattern: string;
  readonly flags: number;
}

interface Case {
  readonly r: number;
  readonly s: string;
  readonly m?: readonly [number, number];
  readonly g?: Readonly<Record<string, string | null>>;
  readonly sp?: readonly (readonly [number, number])[];
}

const MULTILINE = 8;
const listed = oracleRecords<Listed>('regex_list.json');
const cases = oracleRecords<Case>('regex_cases.jsonl.gz') ?? [];

/** Whole and named groups as the original tells them. */
function found(expression: Expression, text: string, isPlain?: false): unknown {
  const subject = subjectOf(text);
  const match = expression.search(isPlain === false ? { ...subject, isPlain } : subject);
  if (!match) return undefined;
  const names = [...match.named()].filter(([, value]) => value !== undefined);
  return { span: [inPoints(text, match.start), inPoints(text, match.end)], names: Object.fromEntries(names) };
}

describe.skipIf(!listed)(oracleTitle('the expressions of the original', listed), () => {
  const expressions = (listed ?? []).map(({ pattern, flags }) =>
    compileExpression(pattern, { multiline: (flags & MULTILINE) !== 0 }),
  );

  it('find what the original finds', () => {
    const wrong = cases.filter(({ r, s, m, g }) => {
      const expression = expressions[r];
      const names = Object.entries(g ?? {}).filter(([, value]) => value !== null);
      const theirs = m && { span: m, names: Object.fromEntries(names) };
      return expression && JSON.stringify(sorted(found(expression, s))) !== JSON.stringify(sorted(theirs));
    });
    expect(cases.length).toBeGreaterThan(35_000);
    expect(wrong).toEqual([]);
  });

  it('find it by our own matcher too', () => {
    const hits = cases.filter(({ m }) => m);
    const wrong = hits.filter(({ r, s, sp }) => {
      const expression = expressions[r];
      const match = expression?.search({ ...subjectOf(s), isPlain: false });
      const spans = (sp ?? []).map((_, i) => {
        const start = match?.startOf(i + 1);
        return start === undefined
          ? [-1, -1]
          : [inPoints(s, start), inPoints(s, start + (match?.group(i + 1)?.length ?? 0))];
      });
      return JSON.stringify(spans) !== JSON.stringify(sp);
    });
    expect(hits.length).toBeGreaterThan(7_000);
    expect(wrong).toEqual([]);
  });

  it('are linear but those that refer to what a group took', () => {
    const limited = expressions.filter(({ bound }) => bound === 'steps').map(({ source }) => source);
    expect(limited.filter((source) => !/\(\?P=/.test(source))).toEqual([]);
    expect(limited.length).toBeLessThan(45);
    const count = (engine: Engine): number => expressions.filter((expression) => expression.engine === engine).length;
    expect(count('own')).toBe(0);
    expect(count('filtered')).toBeLessThan(35);
    expect(count('v8')).toBeGreaterThan(320);
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inside]): [string, unknown] => [key, sorted(inside)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
