import { expect, it } from 'vitest';
import { type Log, silentLog } from '../base/log.ts';
import { givenUpByJail } from '../filter/filter.ts';
import { GivenUpLines } from './given-up-lines.ts';
import { Problems } from './problems.ts';

function given(...times: readonly number[]) {
  const lists = times.map((each) => [{ jail: 'app', times: each, expression: `^\u001b[2J${'x'.repeat(500)}` }]);
  return givenUpByJail(lists);
}

it('says it once for each jail, then the count, when it grew and somebody asks', () => {
  const said: string[] = [];
  const log: Log = { ...silentLog, warn: (text, fields) => void said.push(`${text} ${JSON.stringify(fields ?? {})}`) };
  const problems = new Problems({ log, clock: () => 0 });
  const lines = new GivenUpLines({ log, problems });
  for (const times of [2, 40, 900]) lines.look(given(times));
  lines.tell(given(900, 100));
  lines.tell(given(900, 100));
  const [first = '', ...rest] = said;
  expect(first).toMatch(/^jail app: .*given up.*\\x1b\[2Jx{100,}…/);
  expect(first.length).toBeLessThan(500);
  expect(rest).toEqual(['its filter gave more lines up {"jail":"app","lines":1000}']);
  lines.look([]);
  expect(problems.list()).toEqual([]);
});
