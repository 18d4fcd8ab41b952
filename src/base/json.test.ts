import { expect, it } from 'vitest';
import { jsonFields, parsedJson } from './json.ts';

it.each([
  ['{"a":1}', { a: 1 }, { a: 1 }],
  ['["a"]', ['a'], { 0: 'a' }],
  ['null', null, undefined],
  ['"a"', 'a', undefined],
  ['', undefined, undefined],
  ['{"a":', undefined, undefined],
])('%j', (text, value, fields) => {
  expect(parsedJson(text)).toEqual(value);
  expect(jsonFields(text)).toEqual(fields);
});

it('a field called __proto__ is a field', () => {
  expect(Object.keys(jsonFields('{"__proto__":{"a":1}}') ?? {})).toEqual(['__proto__']);
});
