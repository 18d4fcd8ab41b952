/** Syslog over real sockets, on loopback and in a folder of its own. */
import { createSocket } from 'node:dgram';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveLog, LiveSource } from './live.ts';
import { openSyslog } from './syslog.ts';
import { isSheltered, parseSyslogAddress } from './syslog-address.ts';
import { BLOCK_BYTES, BlockBudget, LineQueue } from './syslog-queue.ts';

const endings: Array<() => unknown> = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rsjl-'));
  endings.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function open(...addresses: string[]): Promise<{ source: LiveSource; log: LiveLog }> {
  const source = await openSyslog({ addresses, host: 'web1', clock: Date.now, onWake: () => undefined });
  endings.push(() => source.close());
  const [log] = source.logs();
  if (!log) throw new Error('no log');
  return { source, log };
}

async function connected(to: { port: number; host?: string } | { path: string }): Promise<Socket> {
  const socket = connect(to);
  socket.on('error', () => undefined);
  endings.push(() => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return socket;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function lines(log: LiveLog, count: number): Promise<string[]> {
  const found: string[] = [];
  await until(() => {
    for (let piece = log.read(); piece; piece = log.read()) {
      expect([piece.before.type, piece.after.type]).toEqual(['none', 'none']);
      found.push(...piece.chunk.bytes.toString('latin1').trimEnd().split('\n'));
    }
    return found.length >= count;
  });
  return found;
}

describe('syslog', () => {
  it('takes a datagram as a line, and no more than one', async () => {
    const port = await freePort();
    const { log } = await open(`udp://127.0.0.1:${port}`);
    const sender = createSocket('udp4');
    endings.push(() => sender.close());
    const send = (text: string): Promise<void> =>
      new Promise((resolve) => sender.send(Buffer.from(text, 'latin1'), port, '127.0.0.1', () => resolve()));
    for (const text of ['<38>one', '<38>two\n', '', '\n\0\r\n', '<38>a\n<38>forged\n', '<38>r\xff\r\n'])
      await send(text);
    expect(await lines(log, 4)).toEqual(['<38>one', '<38>two', '<38>a\0<38>forged', '<38>r\xff']);
    expect(log.state()).toMatchObject({ state: 'followed', bytes: 40, behind: 0, problems: [] });
  });

  it.each([
    ['tcp://127.0.0.1', '127.0.0.1'],
    ['tcp://[::1]', '::1'],
  ])('reads streams at %s', async (address, host) => {
    const port = await freePort();
    const { log } = await open(`${address}:${port}`);
    if (log.state().problems[0]?.what.includes('no such address')) return;
    const [one, two] = [await connected({ port, host }), await connected({ port, host })];
    one.write('<38>one\n<38>tw');
    two.write('13 <38>thr\nee x!');
    expect((await lines(log, 2)).sort()).toEqual(['<38>one', '<38>thr\0ee x!']);
    one.write('o\n<38>never ended from 203.0.113.1');
    one.end();
    expect(await lines(log, 1)).toEqual(['<38>two']);
    await until(() => log.state().problems.length > 0);
    expect(log.read()).toBeUndefined();
    expect(log.state().problems[0]?.what).toBe('connections that ended within a line, which was left out: 1');
  });

  it('listens at a Unix socket for its group, in place of one that nobody listens at', async () => {
    const path = join(folder(), 'syslog.sock');
    const first = await open(`unix://${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    const second = await open(`unix://${path}`);
    expect(second.log.state().problems[0]?.what).toBe('another program listens there');
    const sender = await connected({ path });
    sender.write('<38>one\n');
    expect(await lines(first.log, 1)).toEqual(['<38>one']);
    sender.destroy();
    unlinkSync(path);
    first.source.look();
    await until(() => {
      first.source.look();
      return first.log.state().state === 'followed';
    });
    (await connected({ path })).write('<38>two\n');
    expect(await lines(first.log, 1)).toEqual(['<38>two']);
  });

  it('takes the place of a socket that was left, and of nothing else', async () => {
    const path = join(folder(), 'syslog.sock');
    const left = join(folder(), 'left.sock');
    writeFileSync(path, 'precious');
    expect((await open(`unix://${path}`)).log.state().problems[0]?.what).toBe('it exists and is not a socket');
    expect(statSync(path).size).toBe(8);
    await leaveSocket(left);
    const { log } = await open(`unix://${left}`);
    expect(log.state()).toMatchObject({ state: 'followed', problems: [] });
  });

  it('tries an address again that was not free', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const { log, source } = await open(`tcp://127.0.0.1:${port}`);
    expect(log.state()).toMatchObject({
      state: 'unreadable',
      problems: [{ what: 'another program uses this address' }],
    });
    await new Promise((resolve) => other.close(resolve));
    await until(() => {
      source.look();
      return log.state().state === 'followed';
    });
    expect(log.state()).toMatchObject({ state: 'followed', problems: [] });
  });

  it('waits for a folder, and says that', async () => {
    const path = join(folder(), 'later');
    const { log, source } = await open(`unix://${path}/syslog.sock`);
    expect(log.state().state).toBe('unreadable');
    mkdirSync(path);
    chmodSync(path, 0o755);
    await until(() => {
      source.look();
      return log.state().state === 'followed';
    });
    expect(log.state().problems).toEqual([]);
  });

  it('refuses connections beyond its limit, and serves the others', async () => {
    const path = join(folder(), 'syslog.sock');
    const { log } = await open(`unix://${path}`);
    const sockets: Socket[] = [];
    for (let i = 0; i < 66; i++) sockets.push(await connected({ path }));
    await until(() => log.state().problems.length > 0 && log.state().problems[0]?.what.endsWith('2') === true);
    expect(log.state().problems[0]?.what).toBe('connections that were refused, because there were too many: 2');
    sockets[0]?.write('<38>one\n');
    expect(await lines(log, 1)).toEqual(['<38>one']);
  });

  it('warns of addresses that the internet may reach, and refuses what is none', async () => {
    expect(['127.0.0.1', '::1', '10.1.2.3', '192.168.0.1', 'fd00::1'].every(isSheltered)).toBe(true);
    expect(['0.0.0.0', '::', '203.0.113.1', '2001:db8::1', '172.32.0.1'].some(isSheltered)).toBe(false);
    const { log } = await open(`udp://0.0.0.0:${await freePort()}`);
    expect(log.state().problems[0]?.what).toContain('have anybody banned');
    for (const text of ['udp://localhost:1', 'udp://127.0.0.1', 'udp://127.0.0.1:0', 'tcp://::1:5', 'unix://x', 'x']) {
      expect(parseSyslogAddress(text)).toBeUndefined();
    }
    const wrong = await open('udp://127.1:514');
    expect(wrong.log.state()).toMatchObject({ state: 'unreadable', problems: [{ what: 'this is no address' }] });
  });
});

/** A Unix socket whose server is gone: another name keeps the file when the server removes its own. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.own`, resolve));
  linkSync(`${path}.own`, path);
  await new Promise((resolve) => server.close(resolve));
}

describe('the queue', () => {
  it('drops what is too much, and never the first block of another address', () => {
    const budget = new BlockBudget();
    const [flooded, quiet] = [new LineQueue(budget), new LineQueue(budget)];
    const line = Buffer.alloc(1_023, 'x');
    let kept = 0;
    while (flooded.put(line)) kept++;
    expect(kept * 1_024).toBe(65 * BLOCK_BYTES);
    expect(quiet.put(line)).toBe(true);
    let read = 0;
    for (let bytes = flooded.next(); bytes; bytes = flooded.next()) read += bytes.length;
    expect(read).toBe(kept * 1_024);
    expect(flooded.waiting).toBe(0);
    expect(flooded.put(line)).toBe(true);
  });

  it('does not touch what it has handed over before the next is asked for', () => {
    const queue = new LineQueue(new BlockBudget());
    queue.put(Buffer.from('one'));
    const first = queue.next();
    for (let i = 0; i < 100; i++) queue.put(Buffer.from('two'));
    expect(first?.toString()).toBe('one\n');
    expect(queue.next()?.length).toBe(400);
    expect(queue.next()).toBeUndefined();
  });
});
