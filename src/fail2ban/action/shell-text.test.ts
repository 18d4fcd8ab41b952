import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runShell } from '../../base/program.ts';
import { fillIn, tagsIn, VARIABLE_BYTES_MAX } from './shell-text.ts';

const theirs = (text: string) => ({ text, isOurs: false });
const ours = (text: string) => ({ text, isOurs: true });

describe('fillIn()', () => {
  it('writes what is ours, and refers to what is not', () => {
    const values = new Map([
      ['ip', ours('192.0.2.7')],
      ['F-USER', theirs('root')],
      ['matches', theirs('a\nb')],
    ]);
    expect(fillIn('x <ip> "<F-USER>" <matches>_ <unknown>', values)).toEqual({
      text: `x 192.0.2.7 "$f2bV_F_user" \${f2bV_matches}_ <unknown>`,
      variables: { f2bV_F_user: 'root', f2bV_matches: 'a\nb' },
    });
  });

  it('does not look for tags in values', () => {
    const values = new Map([
      ['F-USER', theirs('<ip>')],
      ['ip', ours('192.0.2.7')],
    ]);
    expect(fillIn('<F-USER>', values)).toEqual({ text: '$f2bV_F_user', variables: { f2bV_F_user: '<ip>' } });
  });

  it.each([
    ["'<F-USER>'", `''"$f2bV_F_user"''`],
    ["'a<F-USER>b'", `'a'"\${f2bV_F_user}"'b'`],
    [`"it's <F-USER>"`, `"it's $f2bV_F_user"`],
    [`"$(echo '<F-USER>')"`, `"$(echo ''"$f2bV_F_user"'')"`],
    [`\\'<F-USER>`, `\\'$f2bV_F_user`],
    ["# it's\n<F-USER>", "# it's\n$f2bV_F_user"],
    ["`echo 'x' <F-USER>`", "`echo 'x' $f2bV_F_user`"],
  ])('knows where a shell looks for variables: %s', (text, expected) => {
    expect(fillIn(text, new Map([['F-USER', theirs('root')]])).text).toBe(expected);
  });

  it('leaves the name in single quotes, where a shell looks for none, unless the value is harmless', () => {
    expect(fillIn("'<F-USER>'", new Map([['F-USER', theirs('a; b')]])).text).toBe("'$f2bV_F_user'");
  });

  it('never writes what is not ours, wherever the tag is', () => {
    const pieces = fc.constantFrom(
      "'",
      '"',
      '`',
      '$(',
      ')',
      '\\',
      '#',
      '\n',
      ' ',
      'x',
      ';',
      '<F-USER>',
      '<<EOF\n',
      '{',
      '(',
    );
    const value = fc.string({ minLength: 1 }).map((text) => `MARK${text}`);
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), value, (text, user) => {
        const command = fillIn(text.join(''), new Map([['F-USER', theirs(user)]]));
        expect(command.text).not.toContain('MARK');
      }),
      { numRuns: 3_000 },
    );
  });

  it('passes values that a kernel takes', async () => {
    const long = `${'ü'.repeat(VARIABLE_BYTES_MAX)}end\0`;
    const command = fillIn('printf %s "<matches>" | tail -c 5', new Map([['matches', theirs(long)]]));
    expect(Buffer.byteLength(command.variables.f2bV_matches ?? '')).toBeLessThanOrEqual(VARIABLE_BYTES_MAX);
    expect((await runShell({ ...command, timeoutMs: 10_000 })).out).toBe('üend');
  });
});

it('tagsIn() has each once', () => {
  expect(tagsIn('<ip> <F-USER> <ip> < no> <>')).toEqual(['ip', 'F-USER']);
});
