import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pythonQuoted, pythonText } from './python-text.ts';

const PYTHON = '/usr/bin/python3';
const hasPython = existsSync(PYTHON);
if (!hasPython) console.warn(`SKIPPED, what Python itself prints: there is no ${PYTHON}`);

describe('pythonQuoted()', () => {
  it.each([
    ['', "''"],
    ['root', "'root'"],
    ["o'hara", `"o'hara"`],
    ['say "x"', `'say "x"'`],
    [`'"`, `'\\'"'`],
    ['a\\b', "'a\\\\b'"],
    ['\u0000\t\n\r\u001b\u007f\u0085\u00a0', "'\\x00\\t\\n\\r\\x1b\\x7f\\x85\\xa0'"],
    ['\u202e \u2028\u3000', "'\\u202e \\u2028\\u3000'"],
    ['\u00e4\u6f22', "'\u00e4\u6f22'"],
    ['\udc80', "'\\udc80'"],
    ['\u{e0001}\u{1f600}', "'\\U000e0001\u{1f600}'"],
  ])('%j', (text, quoted) => {
    expect(pythonQuoted(text)).toBe(quoted);
  });

  it.skipIf(!hasPython)('prints each character as Python does', () => {
    // Both have a table of characters, of one or another year: what either does not know yet is not compared.
    const program = `
import json, unicodedata
codes = [*range(0x3000), *range(0xd7f0, 0xe010), *range(0xfd00, 0x10000), *range(0x1f5f0, 0x1f610), *range(0xe0000, 0xe0200), 0x10ffff]
print(json.dumps([[code, repr(chr(code)), unicodedata.category(chr(code)) == 'Cn'] for code in codes]))`;
    const { stdout, stderr } = spawnSync(PYTHON, ['-c', program], { encoding: 'utf8', maxBuffer: 8_388_608 });
    expect(stderr).toBe('');
    const rows: [code: number, quoted: string, isUnknown: boolean][] = JSON.parse(stdout);
    const compared = rows.filter(([code, , isUnknown]) => /\p{Cn}/u.test(String.fromCodePoint(code)) === isUnknown);
    expect(compared.length).toBeGreaterThan(12_000);
    expect(compared.map(([code]) => pythonQuoted(String.fromCodePoint(code)))).toEqual(
      compared.map(([, quoted]) => quoted),
    );
  });
});

it('pythonText() prints tuples, sets and maps', () => {
  expect(pythonText(['a'])).toBe("('a',)");
  expect(pythonText(['a', 1, null, true])).toBe("('a', 1, None, True)");
  expect(pythonText(new Map([['a', new Set(["o'b"])]]))).toBe(`{'a': {"o'b"}}`);
});
