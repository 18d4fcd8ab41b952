import { expect, it } from 'vitest';
import { noticeFrom } from './notice.ts';
import { NOWHERE, progressIn, withProgress } from './progress.ts';

const NOTICE = { sort: 'test', key: 'k', made: 1, by: 'ana' };

it('what is known of recipients comes back, and is no part of the notice', () => {
  const progress = { taken: ['ana@example.test'], refused: [['bob@example.test', '550 no']] as const };
  const content = withProgress(withProgress(JSON.stringify(NOTICE), NOWHERE), progress);
  expect(progressIn(content)).toEqual(progress);
  expect(noticeFrom(content)).toEqual(NOTICE);
});

it.each(['', 'null', '[]', '{}', '{"progress":null}', '{"progress":{"taken":"all","refused":[["a"],["a",1],7]}}'])(
  'nothing is known of %j',
  (content) => {
    expect(progressIn(content)).toEqual(NOWHERE);
  },
);

it('a text that is no object stays as it is', () => {
  expect(withProgress('null', NOWHERE)).toBe('null');
  expect(withProgress('hello', NOWHERE)).toBe('hello');
});
