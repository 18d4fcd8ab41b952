import { describe, expect, it } from 'vitest';
import { oracleRecords, oracleTitle } from '../testing/oracle.ts';
import { compileExpression } from './expression.ts';
import { deriveLiterals } from './literals.ts';

function literals(source: string): readonly string[] | undefined {
  return deriveLiterals(compileExpression(source).tree.root, 5)?.texts;
}

describe('an expression', () => {
  it.each([
    ['^Failed \\S+ for .* from x', ['Failed ']],
    ['(?:close|reset)d by peer', ['closed by peer', 'resetd by peer']],
    ['[aA]uthentication failure', ['Authentication failure', 'authentication failure']],
    ['(?i)24:ab', ['24:AB', '24:Ab', '24:aB', '24:ab']],
    // The Kelvin sign and the long s are a k and an s, too.
    ['(?i)mask:', undefined],
    ['forced?', ['force', 'forced']],
    ['(?:user \\S+|client \\d+)', ['user ', 'client ']],
    ['ab(?:cde)+', ['abcde']],
    ['ab(?:cde)*', undefined],
    ['(?!secret)\\w+', undefined],
    ['over\\bload', ['overload']],
  ])('%s: every match has one of %j', (source, expected) => {
    expect(literals(source)).toEqual(expected);
  });

  it('has no literal that a date may stand in, or that is not in the line', () => {
    expect(literals('reject: \\[\\] "nothing"')).toEqual(['"nothing"']);
    expect(literals('^\\s*\\[\\] "" - 40')).toBeUndefined();
    expect(literals('first\\nother line')).toEqual(['other line']);
    expect(literals('éé plain')).toEqual([' plain']);
  });
});

interface Listed {
  readonly pattern: string;
  readonly flags: number;
}

interface Case {
  readonly r: number;
  readonly s: string;
  readonly m?: readonly [number, number];
}

const MULTILINE = 8;
const listed = oracleRecords<Listed>('regex_list.json');

describe.skipIf(!listed)(oracleTitle('all that the original matches', listed), () => {
  it('has a literal of its expression', () => {
    const all = (listed ?? []).map(({ pattern, flags }) => {
      const { tree } = compileExpression(pattern, { multiline: (flags & MULTILINE) !== 0 });
      return deriveLiterals(tree.root, 5)?.texts;
    });
    const matched = (oracleRecords<Case>('regex_cases.jsonl.gz') ?? []).filter(({ m }) => m);
    const wrong = matched.filter(({ r, s }) => all[r] && !all[r].some((text) => s.includes(text)));
    expect(all.filter((texts) => texts).length).toBeGreaterThan(280);
    expect(matched.length).toBeGreaterThan(7_000);
    expect(wrong).toEqual([]);
  });
});
