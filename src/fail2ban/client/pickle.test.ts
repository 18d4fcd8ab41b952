import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickle } from './pickle.ts';
import { PickleError, unpickle } from './unpickle.ts';
import { plain, Raised, Tuple, type Value } from './value.ts';

const PYTHON = '/usr/bin/python3';
const hasPython = existsSync(PYTHON);
if (!hasPython) console.warn(`SKIPPED, pickles of Python itself: there is no ${PYTHON}`);

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    fc.double({ noNaN: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => new Tuple(...items)),
  ),
})).value;

describe('pickles', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(unpickle(pickle(given))).toEqual(given);
      }),
    );
  });

  it.skipIf(!hasPython)('are what Python writes, in each of its protocols, and what it reads', () => {
    const given = [
      'set',
      'sshd',
      'banip',
      'ä',
      'ä',
      1,
      300,
      70_000,
      -5,
      2 ** 40,
      1.5,
      true,
      false,
      null,
      ['deep', []],
      new Tuple('a', 1),
    ];
    const program = `
import json, pickle, sys
data = pickle.loads(bytes.fromhex(sys.argv[1]))
print(json.dumps([repr(data)] + [pickle.dumps(data, protocol).hex() for protocol in range(0, 6)]))`;
    const { stdout, stderr } = spawnSync(PYTHON, ['-c', program, pickle(given).toString('hex')], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const [shown, ...pickles]: string[] = JSON.parse(stdout);
    expect(shown).toBe(
      "['set', 'sshd', 'banip', 'ä', 'ä', 1, 300, 70000, -5, 1099511627776, 1.5, True, False, None, ['deep', []], ('a', 1)]",
    );
    expect(pickles).toHaveLength(6);
    for (const text of pickles) expect(unpickle(Buffer.from(text, 'hex'))).toEqual(given);
  });

  it.skipIf(!hasPython)('of errors and maps are errors and dictionaries in Python', () => {
    const given = pickle(new Tuple(1, new Raised('ValueError', 'x is not banned'), new Map([['sshd', ['192.0.2.1']]])));
    const program = 'import pickle, sys; print(pickle.loads(bytes.fromhex(sys.argv[1])))';
    const { stdout } = spawnSync(PYTHON, ['-c', program, given.toString('hex')], { encoding: 'utf8' });
    expect(stdout.trim()).toBe("(1, ValueError('x is not banned'), {'sshd': ['192.0.2.1']})");
  });

  it.each([
    ['a program to run', "cos\nsystem\n(S'touch /tmp/x'\ntR."],
    ['a class by name', '\x80\x04\x8c\x02os\x8c\x06system\x93.'],
    ['an object to build', '(i__main__\nX\np0\n.'],
    ['a dictionary', '}.'],
    ['a list in itself', ']q\x00h\x00a.'],
    ['no end', '\x80\x04]'],
    ['nothing at all', ''],
    ['a text that is longer than all', 'X\xff\xff\xff\xffabc.'],
    ['an empty stack', 'a.'],
    ['a number of a thousand digits', `I${'9'.repeat(1_000)}\n.`],
    ['depth', `${']'.repeat(40)}${'a'.repeat(39)}.`],
    ['more values than any command has', `(${'N'.repeat(300_000)}l.`],
    ['what it never remembered', 'h\x07.'],
  ])('with %s are refused', (_what, text) => {
    expect(() => unpickle(Buffer.from(text, 'latin1'))).toThrow(PickleError);
  });

  it('of any bytes give a value or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          plain(unpickle(Buffer.from(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(PickleError);
        }
      }),
    );
  });
});
