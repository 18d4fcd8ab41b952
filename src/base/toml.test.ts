import * as v from 'valibot';
import { expect, it } from 'vitest';
import { ProblemError } from './problem.ts';
import { lineOf, readToml } from './toml.ts';

const schema = v.strictObject({
  jail: v.optional(v.record(v.string(), v.strictObject({ maxretry: v.optional(v.number('must be a number')) }))),
  pattern: v.optional(v.array(v.strictObject({ kind: v.string() }))),
});

function problemOf(text: string): string {
  try {
    readToml({ path: 'a.toml', text }, schema);
    return 'none';
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}

it.each([
  ['[jail.ssh]\nmaxretry = 5\n', 'none'],
  ['[jail.ssh]\n\nmaxrety = 5\n', 'a.toml:3: unknown key "jail.ssh.maxrety" (did you mean "maxretry"?)'],
  ['[jail.ssh]\nmaxretry = "five"\n', 'a.toml:2: jail.ssh.maxretry: must be a number'],
  ['[[pattern]]\nkind = "a"\n[[pattern]]\n', 'a.toml:3: "pattern.kind" is missing'],
])('readToml() of %j says %s', (text, message) => {
  expect(problemOf(text)).toBe(message);
});

it('readToml() places a syntax error by line and column', () => {
  expect(problemOf('[jail.ssh]\nfindtime = 10m\n')).toMatch(/^a\.toml:2:1[0-9]: .*in: findtime = 10m/);
});

it('lineOf() finds the table when the key itself is missing', () => {
  expect(lineOf('a = 1\n[t]\nb = 2\n', ['t', 'missing'])).toBe(2);
});
