/** What clients send: requests, mistakes, and everything that could hurt. */
import { connect, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import { askDaemon } from './client.ts';
import { ask, control, failure, talk } from './testing/sockets.ts';

describe('requests', () => {
  it('several on one connection are answered in order, the last without its newline', async () => {
    const { path } = await control();
    const said = await talk(path, '{"verb":"status"}\n\n{"verb":"confirm"}\r\n{"verb":"metrics"}');
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(['status', 'confirm', 'metrics'].map((verb) => ({ ok: true, result: { heard: verb } })));
  });

  it.each([
    ['not JSON', 'status', /one JSON object/],
    ['a list', '[]', /one JSON object/],
    ['null', 'null', /one JSON object/],
    ['no verb', '{}', /"verb" is missing/],
    ['a verb that is none', '{"verb":"unbann"}', /did you mean "unban"/],
    ['a verb from the prototype', '{"verb":"constructor"}', /no verb "constructor"/],
    ['an unknown field', '{"verb":"status","force":true}', /unknown field "force"/],
    ['a missing field', '{"verb":"ban","by":"root"}', /"subject" is missing/],
    ['no address', '{"verb":"ban","subject":"127.1","by":"root"}', /subject is not an address/],
    ['host bits', '{"verb":"ban","subject":"192.0.2.1/24","by":"root"}', /without host bits/],
    ['half the Internet', '{"verb":"ban","subject":"0.0.0.0/1","by":"root"}', /wider than/],
    ['a continent of IPv6', '{"verb":"ban","subject":"2000::/3","by":"root"}', /wider than/],
    ['a negative time', '{"verb":"ban","subject":"192.0.2.1","by":"root","forMs":-1}', /forMs must be at least 1/],
    ['a long reason', `{"verb":"unban-all","by":"root","why":"${'x'.repeat(600)}"}`, /why is longer than 500/],
    ['a line of 60 KiB', `{"verb":"${'x'.repeat(60_000)}"}`, /no verb "x{64}"/],
  ])('%s: an answer that says so', async (_, line, says) => {
    let asked = 0;
    const { path } = await control({ handle: async () => asked++ });
    const answer: unknown = JSON.parse(await talk(path, `${line}\n`));
    expect(answer).toMatchObject({ ok: false, status: EXIT.usage });
    expect(JSON.stringify(answer).replaceAll('\\"', '"')).toMatch(says);
    expect(asked).toBe(0);
  });

  it('networks up to /8 and /19 may be banned', async () => {
    const { path } = await control();
    for (const subject of ['192.0.0.0/8', '2001::/19', '::/19', '192.0.2.7']) {
      const request = { verb: 'ban', subject, by: 'root' } as const;
      expect(await askDaemon(path, request, { timeoutMs: 20_000 })).toEqual({ heard: 'ban' });
    }
  });

  it('a ProblemError is the answer; any other failure is one, too, and is logged', async () => {
    const problem = { where: 'rapsheet.toml:3', what: 'no such jail', hint: 'did you mean "ssh"?' };
    const { path, warnings } = await control({
      handle: async ({ verb }) => {
        throw verb === 'status' ? new ProblemError(EXIT.badConfig, problem) : new Error('boom');
      },
    });
    const error = await failure(ask(path));
    expect([error.status, error.problems]).toEqual([EXIT.badConfig, [problem]]);
    const other = await failure(askDaemon(path, { verb: 'metrics' }, { timeoutMs: 20_000 }));
    expect([other.status, other.message]).toEqual([EXIT.unavailable, expect.stringMatching(/boom/)]);
    expect(warnings.join()).toMatch(/boom/);
  });

  it('a long answer comes whole, and other clients are served in between', async () => {
    let turns = 0;
    const rows = function* () {
      for (let number = 0; number < 100_000; number++) yield { subject: `2001:db8::${number.toString(16)}`, turns };
    };
    const { path } = await control({
      handle: async ({ verb }) => {
        if (verb === 'list') return rows();
        turns++;
        return turns;
      },
    });
    const list = askDaemon(path, { verb: 'list' }, { timeoutMs: 20_000 });
    for (let count = 0; count < 5; count++) await ask(path);
    const answer = await list;
    expect(Array.isArray(answer) && answer.length).toBe(100_000);
    // Rows that were written later know of the requests that came between.
    expect(JSON.stringify(Array.isArray(answer) ? answer.at(-1) : null)).toMatch(/"turns":5/);
  });

  it('an answer that fails half-way ends, and is not taken for one', async () => {
    const { path, warnings } = await control({
      handle: async () =>
        (function* () {
          yield 1;
          throw new Error('the ledger is gone');
        })(),
    });
    expect((await failure(ask(path))).message).toMatch(/without an answer/);
    expect(warnings.join()).toMatch(/the ledger is gone/);
  });
});

describe('hostile clients', () => {
  it('a line without end is refused, and costs no more than its limit', async () => {
    const { path } = await control();
    expect(await talk(path, Buffer.alloc(65_537, 120), { end: false })).toMatch(/at most 65536 bytes/);
    await talk(path, Buffer.alloc(30_000_000, 120), { end: false });
    expect(await ask(path)).toEqual({ heard: 'status' });
  });

  it('one that sends a byte now and then is hung up on; others do not notice', async () => {
    const { path } = await control({ patienceMs: 700 });
    const slow = connect(path);
    slow.on('error', () => undefined);
    const drip = setInterval(() => slow.write('{'), 50);
    const said = new Promise<string>((resolve) => {
      let text = '';
      slow.on('data', (bytes) => {
        text += bytes.toString('utf8');
      });
      slow.on('close', () => resolve(text));
    });
    expect(await ask(path)).toEqual({ heard: 'status' });
    expect(await said).toMatch(/did not end in time/);
    clearInterval(drip);
  });

  it('one that says nothing is hung up on', async () => {
    const { path } = await control({ patienceMs: 200 });
    expect(await talk(path, '', { end: false })).toBe('');
  });

  it('one that never reads its answer is hung up on; others do not notice', async () => {
    const { path } = await control({
      patienceMs: 300,
      handle: async ({ verb }) => (verb === 'list' ? Array.from({ length: 50_000 }, () => 'x'.repeat(100)) : 'well'),
    });
    const deaf = connect(path);
    deaf.pause();
    deaf.write('{"verb":"list"}\n');
    expect(await ask(path)).toBe('well');
    const gone = new Promise<void>((resolve) => {
      deaf.on('close', () => resolve());
      deaf.on('error', () => undefined);
      // Only reading tells that the other side is gone.
      setTimeout(() => deaf.resume(), 1_500);
    });
    await gone;
    expect(await ask(path)).toBe('well');
  });

  it('random bytes are answered or cut off, and nothing breaks', async () => {
    const { path, warnings } = await control();
    let seed = 12_345;
    for (let round = 0; round < 30; round++) {
      const bytes = Buffer.alloc(2_000);
      for (let index = 0; index < bytes.length; index++) {
        seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
        bytes[index] = seed >>> 16;
      }
      const lines = (await talk(path, bytes)).split('\n').filter((line) => line !== '');
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ ok: false });
    }
    expect(await ask(path)).toEqual({ heard: 'status' });
    expect(warnings).toEqual([]);
  });

  it('a hundred that connect and wait do not keep the operator out', async () => {
    const { path } = await control();
    const hoard: Socket[] = [];
    for (let count = 0; count < 100; count++) hoard.push(connect(path).on('error', () => undefined));
    await Promise.all(hoard.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await ask(path)).toEqual({ heard: 'status' });
    for (const socket of hoard) socket.destroy();
  });

  it('when all are being answered, the next is told', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    const { path } = await control({
      handle: ({ verb }) => {
        asked++;
        return verb === 'list' ? held : Promise.resolve(verb);
      },
    });
    const busy = Array.from({ length: 16 }, () => askDaemon(path, { verb: 'list' }, { timeoutMs: 20_000 }));
    await vi.waitFor(() => expect(asked).toBe(16), 20_000);
    expect((await failure(ask(path))).message).toMatch(/16 others are being answered/);
    release();
    await Promise.all(busy);
    expect(await ask(path)).toBe('status');
  });
});
