/** Templates of the user's own: what they show, what they refuse and where, and that nothing of others gets out of its place. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../base/problem.ts';
import type { Notice } from '../notice.ts';
import { phrasesOf } from '../phrase/index.ts';
import { hostileNotices } from '../testing/hostile.ts';
import { stored } from '../testing/service.ts';
import { plain } from '../words/markup.ts';
import { FIELDS, type Field, fieldNames } from './fields.ts';
import { sampleNotices } from './samples.ts';
import { compileTemplate } from './template.ts';
import { type View, viewOf as viewIn } from './view.ts';

const bare = { text: (text: string) => text, value: (text: string) => `<${text}>` };
const viewOf = (notice: Notice) => viewIn(notice, phrasesOf('en'));
const [BAN, GOOD, DIGEST, REPORT, TEST] = sampleNotices.map(viewOf);

function render(text: string, view: View | undefined, listMax = 20): string {
  return compileTemplate({ path: '/t', text }).render(view ?? '', bare, listMax);
}

it.each<[string, string, View | undefined, string]>([
  ['text alone', 'a } b {x}', BAN, 'a } b {x}'],
  [
    'values, those of others written as the markup wants them',
    '{{ban.subject}} {{ban.origin.organization}}',
    BAN,
    '203.0.113.7 <Example Hosting>',
  ],
  ['blanks within', '{{ ban.host }}{{# ban.why }}!{{/ ban.why }}', BAN, 'web1!'],
  ['what is not there', '[{{ban.until}}]', GOOD, '[]'],
  ['a section for what is there', '{{#ban.until}}until {{.}}{{/ban.until}}', BAN, 'until 2026-11-27T11:00:00Z'],
  ['a section for what is not', '{{^ban.until}}for good{{/ban.until}}', GOOD, 'for good'],
  ['another sort', '{{#ban}}ban{{/ban}}{{#digest}}digest{{/digest}}', DIGEST, 'digest'],
  [
    'a list',
    '{{#ban.news}}{{.}}; {{/ban.news}}',
    BAN,
    'nobody of its network was banned before; the block has no effect; ',
  ],
  ['a list that is empty', '{{#ban.news}}x{{/ban.news}}{{^ban.news}}none{{/ban.news}}', GOOD, 'none'],
  ['a list of groups', '{{#ban.record.kinds}}{{name}}={{count}} {{/ban.record.kinds}}', BAN, 'ssh.login=12 '],
  [
    'names within a group',
    '{{#ban}}{{#origin}}{{country}} {{asn}} {{subject}}{{/origin}}{{/ban}}',
    BAN,
    '<NL> <64500> 203.0.113.7',
  ],
  [
    'lists in lists',
    '{{#digest.groups}}{{name}}: {{#members}}{{.}}{{/members}} {{/digest.groups}}',
    DIGEST,
    '<root>: 203.0.113.7 ',
  ],
  ['remarks', 'a{{! not shown, {x} }}b', BAN, 'ab'],
  [
    'sections with a line to themselves leave none',
    '{{#ban}}\n  {{! x }}  \r\na\n{{/ban}}\nb\n{{#digest}}\nc\n{{/digest}}',
    BAN,
    'a\nb\n',
  ],
  ['a braces after a value', '{"a":{"b":{{ban.id}}}}', BAN, '{"a":{"b":1}}'],
  [
    'reports',
    '{{#report}}{{month}}{{#summary}} {{.}}{{/summary}}{{/report}}',
    REPORT,
    '2026-10 <There were 120 bans.>',
  ],
  ['tests', '{{title}} {{test.by}} {{made}}', TEST, '<Test from Rapsheet> <root> 2026-11-27T10:00:00Z'],
])('shows %s', (_, text, view, shown) => {
  expect(render(text, view)).toBe(shown);
});

it('takes what an entry lacks from nothing around it', () => {
  const held = { subject: '203.0.113.9' };
  const view: View = { digest: { until: 'then', held: [held] } };
  expect(render('{{#digest}}{{#held}}{{subject}}[{{until}}]{{/held}}{{until}}{{/digest}}', view)).toBe(
    '203.0.113.9[]then',
  );
});

it('shortens lists', () => {
  const view: View = { ban: { news: ['a', 'b', 'c'] } };
  expect(render('{{#ban.news}}{{.}}{{/ban.news}}', view, 2)).toBe('ab');
  expect(render('{{#ban.news}}{{.}}{{/ban.news}}', view, 0)).toBe('');
});

it.each([
  ['{{ban.subjekt}}', '/t:1:1: there is no ban.subjekt (did you mean ban.subject?)'],
  ['x\n  {{bann.subject}}', '/t:2:3: there is no bann.subject (did you mean ban.subject?)'],
  ['{{subject}}', '/t:1:1: there is no subject (did you mean ban.subject?)'],
  ['{{subjekt}}', '/t:1:1: there is no subjekt (did you mean ban.subject?)'],
  ['{{line}}', '/t:1:1: there is no line (did you mean line within {{#ban.evidence}}?)'],
  ['{{quite.else}}', '/t:1:1: there is no quite.else'],
  ['{{#ban}}{{sunject}}{{/ban}}', '/t:1:9: there is no sunject (did you mean subject?)'],
  ['{{ban}}', '/t:1:1: ban is not one value ({{#ban}}...{{/ban}})'],
  ['{{ban.evidence}}', '/t:1:1: ban.evidence is not one value ({{#ban.evidence}}...{{/ban.evidence}})'],
  ['{{ban.evidence.line}}', '/t:1:1: there is no ban.evidence.line (did you mean line within {{#ban.evidence}}?)'],
  ['{{ban.subject.x}}', '/t:1:1: there is no ban.subject.x (did you mean ban.subject?)'],
  ['{{.}}', '/t:1:1: {{.}} is for lists of texts'],
  ['{{#ban}}{{.}}{{/ban}}', '/t:1:9: {{.}} is for lists of texts'],
  ['a\n{{#ban}}\nb', '/t:2:1: {{#ban}} has no end ({{/ban}})'],
  ['{{/ban}}', '/t:1:1: {{/ban}} ends nothing'],
  ['{{#ban}}{{/digest}}', '/t:1:9: {{/digest}} where {{#ban}} is to end'],
  ['a {{ban.subject', '/t:1:3: "{{" without "}}"'],
  ['{{{ban.subject}}}', '/t:1:1: {{{ban.subject}} is no tag (a name, with #, ^ or / before it for sections)'],
  ['{{&title}}', '/t:1:1: {{&title}} is no tag (a name, with #, ^ or / before it for sections)'],
  ['{{> other}}', '/t:1:1: {{> other}} is no tag (a name, with #, ^ or / before it for sections)'],
  ['{{=<% %>=}}', '/t:1:1: {{=<% %>=}} is no tag (a name, with #, ^ or / before it for sections)'],
  ['{{}}', '/t:1:1: {{}} is no tag (a name, with #, ^ or / before it for sections)'],
  ['{{..}}', '/t:1:1: there is no ..'],
  ['{{constructor}}', '/t:1:1: there is no constructor'],
  ['{{ban.__proto__}}', '/t:1:1: there is no ban.__proto__'],
  ['{{#ban}}'.repeat(9) + '{{/ban}}'.repeat(9), '/t:1:65: sections are nested more than 8 deep'],
])('refuses %j with its place', (text, problem) => {
  const compile = () => compileTemplate({ path: '/t', text });
  expect(compile).toThrow(ProblemError);
  expect(compile).toThrow(expect.objectContaining({ message: problem }));
});

it('refuses or compiles whatever text it is, and evaluates no text of others', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '#',
    '/',
    '^',
    '!',
    'ban',
    '.',
    'subject',
    'news',
    ' ',
    '\n',
    'x',
    '{',
    '}',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        expect(typeof render(pieces.join(''), BAN)).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
      }
    }),
  );
  const [hostile] = hostileNotices('{{ban.subject}} {{#ban}}');
  if (!hostile) throw new Error('there is no notice');
  const { render: made } = compileTemplate({ path: '/t', text: '{{ban.why}}' });
  expect(made(viewOf(stored(hostile)), plain, 5)).toBe('{{ban[.]subject}} {{#ban}}');
});

it('understands the template of the manual', () => {
  const [, shown = ''] = /```\n(\{\{! a remark[\s\S]*?)```/.exec(readFileSync('docs/alerts.md', 'utf8')) ?? [];
  expect(render(shown, GOOD)).toBe('203.0.113.7 (<Example Hosting>) is out for good.\n');
  expect(render(shown, BAN)).toMatch(
    /^203\.0\.113\.7 \(<Example Hosting>\) is out until 2026-11-27T11:00:00Z\.\n {2}<Failed password.*>\n$/,
  );
  expect(render(shown, DIGEST)).toBe('3 bans of 2 addresses.\n');
  expect(render(shown, TEST)).toBe('');
});

describe('the fields', () => {
  /** Whether what a notice has is what may be named. */
  function mismatches(view: View, field: Field, path: string): string[] {
    if (typeof view === 'string') return field.kind === 'value' ? [] : [`${path} is a text`];
    if (Array.isArray(view)) {
      return field.kind === 'list'
        ? view.flatMap((each) => mismatches(each, field.of, `${path}[]`))
        : [`${path} is a list`];
    }
    if (field.kind !== 'group') return [`${path} is a group`];
    return Object.entries(view).flatMap(([name, inner]) => {
      const known = field.fields[name];
      return known ? mismatches(inner, known, `${path}.${name}`) : [`${path}.${name} cannot be named`];
    });
  }

  function namesIn(view: View, path: string): string[] {
    if (typeof view === 'string') return [path];
    if (Array.isArray(view)) return [path, ...view.flatMap((each) => namesIn(each, `${path}[]`))];
    return [
      path,
      ...Object.entries(view).flatMap(([name, inner]) => namesIn(inner, path === '' ? name : `${path}.${name}`)),
    ];
  }

  it('are those of the notices, and each of them is in a sample', () => {
    for (const notice of [...sampleNotices, ...hostileNotices('x').map(stored)]) {
      expect(mismatches(viewOf(notice), FIELDS, '')).toEqual([]);
    }
    const seen = new Set(sampleNotices.map(viewOf).flatMap((view) => namesIn(view, '')));
    expect(fieldNames().filter(([name]) => !seen.has(name))).toEqual([]);
  });

  it('are in the manual, each with its meaning', () => {
    const page = readFileSync('docs/alerts.md', 'utf8');
    const lacking = fieldNames().filter(([name, about]) => !page.includes(`| \`${name}\` | ${about} |`));
    // Those of a ban that was held back are those of a ban.
    expect(lacking.filter(([name]) => !name.startsWith('digest.held[].'))).toEqual([]);
  });
});
