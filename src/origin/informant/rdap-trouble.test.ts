/** RDAP, asked of servers that lie, hang, flood, and are not there. */
import { describe, expect, it } from 'vitest';
import { ABOUT, NOW, RdapBench } from '../testing/rdap-bench.ts';
import { answering, type Behavior, networkAnswer, refusing } from '../testing/rdap-server.ts';

const bench = new RdapBench();

describe('rdap(), asked of a server that does not work', () => {
  it.each<[string, Behavior, RegExp]>([
    ['an error', refusing(500), /: status 500$/],
    ['a refusal', refusing(403), /: status 403$/],
    ['a redirect to nowhere', refusing(302), /: status 302$/],
    ['HTML', answering({}, 'text/html'), /: the answer is not of a type that RDAP has$/],
    ['a type that only looks like it', answering({}, 'application/jsonp'), /: the answer is not of a type/],
    ['no type', (_, response) => response.end('{}'), /: the answer is not of a type that RDAP has$/],
    ['half an answer', cutShort, /: (?:the answer ended too early|aborted)$/],
    ['text that is no JSON', raw('{"objectClassName": "ip net'), /: the answer is not JSON$/],
    ['a bomb of brackets', raw('['.repeat(400_000)), /: the answer is nested deeper than 32 levels$/],
    [
      'another network',
      answering(networkAnswer({ endAddress: '203.0.113.1' })),
      /: the answer is about another network/,
    ],
    ['compression that was not asked for', compressed, /: the answer is compressed, which was not asked for$/],
    ['ten megabytes', raw(`"${'x'.repeat(10_000_000)}"`), /: the answer has more than 524288 bytes$/],
    ['ten megabytes without saying so', endless, /: the answer has more than 524288 bytes$/],
    ['something that is not HTTP', (request) => request.socket.end('SSH-2.0-x\r\n'), /: Parse Error/],
    ['headers without end', (request) => void flood(request.socket), /: Parse Error: Header overflow$/],
    ['nothing', (request) => request.socket.destroy(), /: socket hang up$/],
  ])('refuses %s', async (_, behavior, why) => {
    const server = await bench.serve(behavior);
    expect(await bench.ask(bench.informant(server))).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(why),
    });
  });

  it.each<[string, Behavior]>([
    ['that never answers', () => undefined],
    ['that gives a byte now and then', slowly],
  ])('gives up on one %s', async (_, behavior) => {
    const server = await bench.serve(behavior);
    const reply = await bench.ask(bench.informant(server), ABOUT, AbortSignal.timeout(300));
    expect(reply).toEqual({ state: 'failed', why: `${server.host}: no answer in time` });
  });

  it('leaves it alone after three failures, and tries now and then', async () => {
    const server = await bench.serve(refusing(500));
    const one = bench.informant(server);
    for (let i = 0; i < 3; i++) await bench.ask(one);
    const until = NOW + 2_000 + 60_000;
    expect(one.trouble).toBe(`no usable answer (${server.host}: status 500)`);
    expect(one.readyAt(ABOUT)).toBe(until);
    expect(await bench.ask(one)).toMatchObject({ state: 'later', at: until });
    expect(server.asked).toHaveLength(3);
    bench.now = until;
    server.behavior = answering();
    expect(await bench.ask(one)).toMatchObject({ state: 'answered' });
    expect([one.trouble, one.readyAt(ABOUT)]).toEqual([undefined, until + 1_000]);
  });

  it('nobody at the address is a failure', async () => {
    const server = await bench.serve();
    await server.close();
    bench.release();
    expect(await bench.ask(bench.informant(server))).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('a name without an address is a failure', async () => {
    const one = bench.informant({ url: 'http://rdap.invalid/' }, { nameServers: ['127.0.0.1:1'] });
    expect(await bench.ask(one)).toEqual({ state: 'failed', why: 'rdap.invalid: has no address' });
  });
});

function raw(body: string): Behavior {
  return (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

function cutShort(...[request, response]: Parameters<Behavior>): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"objectClassName":', () => request.socket.destroy());
}

function compressed(...[, response]: Parameters<Behavior>): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('\x1f\x8b');
}

function endless(...[, response]: Parameters<Behavior>): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => {
    if (!response.destroyed) response.write('x'.repeat(65_536), more);
  };
  more();
}

function slowly(...[, response]: Parameters<Behavior>): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write('['), 20);
  response.on('close', () => clearInterval(timer));
}

function flood(socket: { write(text: string): unknown; readonly destroyed: boolean }): void {
  socket.write('HTTP/1.1 200 OK\r\n');
  for (let i = 0; i < 1_000; i++) socket.write(`x-${i}: ${'y'.repeat(1_000)}\r\n`);
}
