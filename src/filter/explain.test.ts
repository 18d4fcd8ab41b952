import { describe, expect, it } from 'vitest';
import { UTC } from '../base/zone.ts';
import type { FilterDefinition } from './definition.ts';
import { explainLine } from './explain.ts';

const EMPTY = { about: 'x', journal: [], logs: [], hits: [], misses: [] };
const FILTERS: readonly FilterDefinition[] = [
  {
    ...EMPTY,
    ...{ name: 'sshd', service: 'ssh', format: 'syslog', process: 'sshd' },
    patterns: [{ kind: 'ssh.login', match: 'Failed password for <user> from <address> port <port>' }],
  },
  {
    ...EMPTY,
    ...{ name: 'web', service: 'web', format: 'access' },
    patterns: [
      { kind: 'web.request', status: '400' },
      { kind: 'web.probe.env', request: 'GET /\\.env HTTP/<any>', status: '404' },
    ],
  },
];

function explain(line: string) {
  const kinds = new Set(['ssh.login', 'web.request', 'web.probe.env']);
  return explainLine(line, { filters: FILTERS, kinds, zone: UTC, now: Date.UTC(2024, 10, 1) });
}

const HEAD = 'Oct  3 12:00:01 host sshd[1]: ';
const WEB = '203.0.113.7 - - [03/Oct/2024:12:00:01 +0000] ';

describe('explainLine()', () => {
  it('tells the attempt of a hit, and no near misses', () => {
    const { format, attempt, nearest } = explain(`${HEAD}Failed password for bob from 203.0.113.7 port 22`);
    expect([format, attempt?.pattern.kind, attempt?.user, nearest]).toEqual(['syslog', 'ssh.login', 'bob', []]);
  });

  it('tells how far a pattern got', () => {
    const [near] = explain(`${HEAD}Failed password for bob from nowhere port 22`).nearest;
    expect(near).toMatchObject({ filter: 'sshd', pattern: 1, stopped: 'field' });
    expect(near?.wanted).toMatch(/^<address> port/);
  });

  it.each([
    ['the address, which is none', `${HEAD}Failed password for bob from 999.1.1.1 port 22`, 'address'],
    ['the status', `${WEB}"GET /.env HTTP/1.1" 200 1 "-" "-"`, 'status'],
    ['its text', `${HEAD}Failed pass for bob`, 'literal'],
  ])('names %s as what stood in the way', (_, line, stopped) => {
    expect(explain(line).nearest[0]?.stopped).toBe(stopped);
  });

  it('does not offer patterns for another program, or that share nothing with the line', () => {
    expect(explain('Oct  3 12:00:01 host cron[1]: Failed password for a from 203.0.113.7 port 2').nearest).toEqual([]);
    expect(explain(`${HEAD}Server listening on 0.0.0.0 port 22.`).nearest).toEqual([]);
  });

  it('knows no format for a line without one', () => {
    expect(explain('hello')).toEqual({ format: undefined, envelope: undefined, attempt: undefined, nearest: [] });
  });
});

it('tells how far a pattern over fields got', () => {
  const filter: FilterDefinition = {
    ...{
      name: 'app',
      about: 'x',
      service: 'web',
      format: 'json',
      process: 'app',
      journal: [],
      logs: [],
      hits: [],
      misses: [],
    },
    patterns: [{ kind: 'web.auth', fields: { event: 'login', message: 'wrong password' }, address: 'ip' }],
  };
  const options = { filters: [filter], kinds: new Set(['web.auth']), zone: UTC, now: Date.UTC(2024, 10, 1) };
  const record = { time: '2024-10-03T12:00:01Z', event: 'login', message: 'wrong passwort', ip: '203.0.113.7' };
  const miss = { filter: 'app', stopped: 'field', wanted: "field.message = 'wrong password'" };
  expect(explainLine(JSON.stringify(record), options)).toMatchObject({ format: 'json', nearest: [miss] });
  const carried = `Oct  3 12:00:01 h app[1]: ${JSON.stringify(record)}`;
  expect(explainLine(carried, options)).toMatchObject({ format: 'syslog', nearest: [miss] });
  const other = { ...record, message: 'wrong password', ip: 'unknown' };
  expect(explainLine(JSON.stringify(other), options).nearest).toMatchObject([{ stopped: 'address' }]);
  expect(explainLine(JSON.stringify({ ...other, ip: '203.0.113.7' }), options).attempt?.address.text).toBe(
    '203.0.113.7',
  );
});
