/** Facts out of files as the system writes them, in a folder that stands for `/`; then those of this very machine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { endianness, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { contains, parseAddress } from '../base/address.ts';
import { type HostFacts, type HostOptions, readHost } from './host.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string | Buffer>>;

function rootWith(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'rapsheet-host-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

function read(files: Files, given: Partial<HostOptions> = {}): Promise<HostFacts> {
  return readHost({ root: rootWith(files), interfaces: () => ({}), ...given });
}

function whyOf({ own }: HostFacts, text: string): string | undefined {
  const address = parseAddress(text);
  return own.find(({ network }) => address && contains(network, address))?.why;
}

/** As the kernel writes an address on this machine. */
function machineHex(...words: readonly number[]): string {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [i, word] of words.entries()) {
    if (endianness() === 'LE') bytes.writeUInt32LE(word, i * 4);
    else bytes.writeUInt32BE(word, i * 4);
  }
  return bytes.toString('hex').toUpperCase();
}

describe('addresses', () => {
  it.each([
    ['127.0.0.53', /loopback/],
    ['::1', /loopback/],
    ['169.254.1.1', /link-local/],
    ['fe80::7', /link-local/],
    ['224.0.0.1', /multicast/],
    ['ff02::1', /multicast/],
    ['0.0.0.0', /unspecified/],
    ['::', /unspecified/],
    ['255.255.255.255', /broadcast/],
  ])('%s is nobody that could be banned', async (text, why) => {
    expect(whyOf(await read({}), text)).toMatch(why);
  });

  it('are those of all interfaces, without their zones', async () => {
    const v4 = { address: '192.0.2.10', netmask: '255.255.255.0', family: 'IPv4', mac: '', internal: false } as const;
    const v6 = { ...v4, family: 'IPv6', scopeid: 2, cidr: null } as const;
    const interfaces = () => ({
      eth0: [
        { ...v4, cidr: null },
        { ...v6, address: '2001:db8::10' },
        { ...v6, address: '2001:db8:1::10%eth0' },
      ],
    });
    const facts = await read({}, { interfaces });
    for (const text of ['192.0.2.10', '2001:db8::10', '2001:db8:1::10']) {
      expect(whyOf(facts, text)).toBe('an address of this host (eth0)');
    }
    expect(whyOf(facts, '192.0.2.11')).toBeUndefined();
    expect(facts.problems).toEqual([]);
  });

  it('that may not be asked for are a problem, and the rest is read', async () => {
    const facts = await read(
      { 'etc/resolv.conf': 'nameserver 192.0.2.53\n' },
      {
        interfaces: () => {
          throw new Error('not supported');
        },
      },
    );
    expect(facts.problems).toMatchObject([{ what: expect.stringContaining('not supported') }]);
    expect(whyOf(facts, '192.0.2.53')).toBe('a resolver of this host');
  });
});

describe('gateways', () => {
  const line = (...columns: readonly string[]): string => `${columns.join('\t')}\n`;
  const head = line('Iface', 'Destination', 'Gateway', 'Flags', 'RefCnt', 'Use', 'Metric', 'Mask');
  const zero = '0'.repeat(32);

  it('are found in both tables, the default one by that name', async () => {
    const gateway = machineHex(0xc0000201);
    const facts = await read({
      'proc/net/route':
        head +
        line('eth0', machineHex(0x0a000000), gateway, '0003', '0', '0', '0', '000000FF') +
        line('eth0', '00000000', gateway, '0003', '0', '0', '0', '00000000') +
        line('eth1', machineHex(0xc6336400), machineHex(0xc0000202), '0003', '0', '0', '0', '00FFFFFF') +
        line('eth0', machineHex(0xc0000200), '00000000', '0001', '0', '0', '0', '00FFFFFF'),
      'proc/net/ipv6_route': [
        `20010db8000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0`,
        `${zero} 00 ${zero} 00 20010db8000000000000000000000001 00000400 00000002 00000000 00000003     eth0`,
        '',
      ].join('\n'),
    });
    expect(whyOf(facts, '192.0.2.1')).toBe('the gateway (eth0)');
    expect(whyOf(facts, '192.0.2.2')).toBe('a gateway (eth1)');
    expect(whyOf(facts, '2001:db8::1')).toBe('the gateway (eth0)');
    expect(whyOf(facts, '2001:db8::')).toBeUndefined();
  });

  it('are none in a damaged table', async () => {
    const facts = await read({
      'proc/net/route': 'eth0 00000000 nonsense 0003\n\n\teth0\n',
      'proc/net/ipv6_route': zero,
    });
    expect(facts.own.filter(({ why }) => why.includes('gateway'))).toEqual([]);
    expect(facts.problems).toEqual([]);
  });
});

it('resolvers are found in all files that name some; names and options are none', async () => {
  const facts = await read({
    'etc/resolv.conf':
      '# nameserver 192.0.2.99\n  nameserver\t127.0.0.53 \noptions nameserver 192.0.2.98\nsearch example.org\n',
    'run/systemd/resolve/resolv.conf':
      'nameserver 192.0.2.53\nnameserver 2001:db8::53%eth0\nnameserver dns.example.org\n',
  });
  expect(facts.own.filter(({ why }) => why.includes('resolver')).map(({ network }) => network.text)).toEqual([
    ...['127.0.0.53', '192.0.2.53', '2001:db8::53'],
  ]);
  expect([whyOf(facts, '192.0.2.98'), whyOf(facts, '192.0.2.99')]).toEqual([undefined, undefined]);
});

describe('connections', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const line = (number: number, local: string, remote: string, state: string): string =>
    `${String(number).padStart(4)}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 7 1\n`;
  const here = `${machineHex(0xc0000205)}:0016`;

  it('are the established ones, IPv4-mapped ones as IPv4', async () => {
    const facts = await read({
      'proc/net/tcp':
        head +
        line(0, `${machineHex(0)}:0016`, `${machineHex(0)}:0000`, '0A') +
        line(1, here, `${machineHex(0xcb007107)}:D431`, '01') +
        line(2, here, `${machineHex(0xcb007108)}:D431`, '06'),
      'proc/net/tcp6':
        head +
        line(0, `${machineHex(0, 0, 0xffff, 0xc0000205)}:0016`, `${machineHex(0, 0, 0xffff, 0xcb007109)}:0400`, '01') +
        line(1, `${machineHex(0x20010db8, 0, 0, 5)}:01BB`, `${machineHex(0x20010db8, 1, 0, 7)}:FFFF`, '01'),
    });
    expect(
      facts.connections.map((each) => [each.local.text, each.localPort, each.remote.text, each.remotePort]),
    ).toEqual([
      ['192.0.2.5', 22, '203.0.113.7', 54_321],
      ['192.0.2.5', 22, '203.0.113.9', 1_024],
      ['2001:db8::5', 443, '2001:db8:0:1::7', 65_535],
    ]);
  });

  it('have a limit, which is said', async () => {
    const many = Array.from({ length: 50_001 }, (_, i) => line(i, here, `${machineHex(0xcb007107)}:D431`, '01'));
    const facts = await read({ 'proc/net/tcp': head + many.join('') });
    expect(facts.connections).toHaveLength(50_000);
    expect(facts.problems).toMatchObject([{ where: '/proc/net/tcp', what: expect.stringContaining('50000') }]);
  });
});

describe('sessions', () => {
  const record = (values: Readonly<Record<string, string>>): string =>
    `# This is private data. Do not parse.\n${Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('')}`;
  const ssh = { UID: '1000', USER: 'alice', STATE: 'active', REMOTE: '1', CLASS: 'user', TTY: 'pts/0' };

  it('are those that the login manager keeps, if they are from an address', async () => {
    const { sessions } = await read({
      'run/systemd/sessions/1': record({ ...ssh, REMOTE_HOST: '203.0.113.7' }),
      'run/systemd/sessions/2': record({ ...ssh, USER: 'bob', TTY: '', REMOTE_HOST: '"2001:db8::7"' }),
      'run/systemd/sessions/3': record({ ...ssh, STATE: 'closing', REMOTE_HOST: '203.0.113.9' }),
      'run/systemd/sessions/4': record({ ...ssh, REMOTE_HOST: 'host.example.org' }),
      'run/systemd/sessions/5': record({ ...ssh, REMOTE: '0' }),
      'run/systemd/sessions/c1': record({ ...ssh, USER: 'a\u001b[31m', REMOTE_HOST: 'fe80::7%eth0' }),
    });
    expect(sessions.map(({ address, user, terminal }) => [address.text, user, terminal])).toEqual([
      ['203.0.113.7', 'alice', 'pts/0'],
      ['2001:db8::7', 'bob', ''],
      ['fe80::7', 'a\\x1b[31m', 'pts/0'],
    ]);
  });

  const usual = { size: 384, address: 348 };
  const utmp = (
    given: { type?: number; user?: string; host?: string; words?: readonly number[]; pid?: number },
    layout = usual,
  ): Buffer => {
    const bytes = Buffer.alloc(layout.size);
    bytes.writeInt16LE(given.type ?? 7, 0);
    bytes.writeInt32LE(given.pid ?? 4_242, 4);
    bytes.write('pts/1', 8);
    bytes.write(given.user ?? 'carol', 44);
    bytes.write(given.host ?? '', 76);
    for (const [i, word] of (given.words ?? []).entries()) bytes.writeUInt32BE(word, layout.address + i * 4);
    return bytes;
  };

  it.each([
    ['IPv4', usual, [0xcb007107], '203.0.113.7'],
    ['IPv6', usual, [0x20010db8, 0, 0, 7], '2001:db8::7'],
    ['IPv4 on a machine with longer records', { size: 400, address: 360 }, [0xcb007107], '203.0.113.7'],
  ])('are those in utmp: %s', async (_, layout, words, text) => {
    const empty = utmp({ type: 2 }, layout);
    const { sessions } = await read({ 'run/utmp': Buffer.concat([empty, utmp({ words }, layout)]) });
    expect(sessions).toMatchObject([{ address: { text }, user: 'carol', terminal: 'pts/1' }]);
  });

  it('in utmp may be named by their host alone; names, dead ones and local ones are left out', async () => {
    const words = [0xcb007107];
    const bytes = Buffer.concat([
      utmp({ host: '203.0.113.5' }),
      utmp({ host: 'host.example.org' }),
      utmp({ type: 8, words }),
      utmp({ pid: 77, words }),
      utmp({ host: ':0' }),
    ]);
    const files = { 'var/run/utmp': bytes, 'proc/1/comm': 'init\n', 'proc/4242/comm': 'sshd\n' };
    expect((await read(files)).sessions.map(({ address }) => address.text)).toEqual(['203.0.113.5']);
    const hidden = await read({ 'var/run/utmp': bytes });
    expect(hidden.sessions.map(({ address }) => address.text)).toEqual(['203.0.113.5', '203.0.113.7']);
  });

  it('told of twice are one', async () => {
    const { sessions } = await read({
      'run/systemd/sessions/1': record({ ...ssh, USER: 'carol', TTY: 'pts/1', REMOTE_HOST: '203.0.113.7' }),
      'run/utmp': utmp({ words: [0xcb007107] }),
    });
    expect(sessions).toHaveLength(1);
  });
});

describe('whatever stands in the files', () => {
  it('nothing is found in an empty system, and nothing is wrong', async () => {
    expect(await read({})).toMatchObject({ sessions: [], connections: [], problems: [] });
  });

  it('a folder in the place of a file is a problem and no more', async () => {
    const facts = await read({ 'etc/resolv.conf/x': '', 'proc/net/tcp/x': '' });
    expect(facts.problems.map(({ where }) => where)).toEqual(['/etc/resolv.conf', '/proc/net/tcp']);
  });

  it('random bytes harm nothing', async () => {
    const paths = ['etc/resolv.conf', 'proc/net/route', 'proc/net/ipv6_route', 'proc/net/tcp', 'run/utmp'];
    const bytes = fc.uint8Array({ maxLength: 1_200 }).map((each) => Buffer.from(each));
    const content = fc.tuple(...paths.map(() => bytes), bytes);
    await fc.assert(
      fc.asyncProperty(content, async (contents) => {
        const named = paths.map((path, i) => [path, contents[i] ?? ''] as const);
        const root = Object.fromEntries([...named, ['run/systemd/sessions/1', contents.at(-1) ?? '']]);
        const { problems, sessions } = await read(root);
        expect(problems).toEqual([]);
        for (const { user, terminal } of sessions) expect(user + terminal).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 40 },
    );
  });
});

it('of this machine, loopback and a connection over it are found', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  const client = connect(port, '127.0.0.1');
  await new Promise((resolve) => client.once('connect', resolve));
  const facts = await readHost();
  client.destroy();
  server.close();
  expect(whyOf(facts, '127.0.0.1')).toBeDefined();
  if (process.platform !== 'linux') return;
  const ends = facts.connections.filter(({ localPort, remotePort }) => localPort === port || remotePort === port);
  expect(ends.map(({ local, remote }) => [local.text, remote.text])).toEqual([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
  ]);
});
