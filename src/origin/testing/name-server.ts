/** For tests: the real BIND on loopback with a zone of our own, and a name server that never answers. */
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, type RunningProgram, startProgram } from '../../base/program.ts';
import { DnsClient } from '../informant/dns-client.ts';
import { address } from './scratch.ts';

export const hasNamed = findProgram('named') !== undefined;
if (!hasNamed) console.warn('SKIPPED, named is not installed (Debian: bind9): tests that ask a real name server');

/** What is in its zones: names of 203.0.113.0/24 and 2001:db8::/32, and of example.net. */
const REVERSE = String.raw`
1   PTR mail.example.net.
7   PTR host7.example.net.
8   PTR www.bank.example.
9   PTR one.example.net.
9   PTR two.example.net.
10  PTR <script>alert\(1\)</script>.example.net.
11  PTR a\027\091\051\049m\000\226\128\174b.example.net.
12  PTR a\.b.example.net.
13  PTR sp\032ace\010new.example.net.
14  CNAME 14.sub.113.0.203.in-addr.arpa.
14.sub PTR host14.example.net.
15  PTR .
16  PTR 203.0.113.16.
17  PTR gone.example.net.
19  PTR host.lame.example.net.
`;
/** More than fit into a packet, and as many as BIND takes. */
const MANY = Array.from({ length: 100 }, (_, i) => `20 PTR many${i}.example.net.\n`).join('');
const FORWARD = `
ns      A 127.0.0.1
lame    NS ns.lame
ns.lame A 127.0.0.2
mail    A 203.0.113.1
mail    AAAA 2001:db8::1
host7   A 198.51.100.7
host7   A 203.0.113.7
one     A 203.0.113.9
two     A 198.51.100.2
host14  CNAME real14
real14  A 203.0.113.14
local   A 127.0.0.1
local   A 10.0.0.1
local   AAAA fd00::1
`;
const HEAD = (origin: string): string => `$ORIGIN ${origin}
$TTL 60
@ SOA ns.example.net. host.example.net. 1 60 60 60 60
@ NS ns.example.net.
`;

export interface NameServer {
  /** As the configuration names it: `127.0.0.1:5353`. */
  readonly address: string;
  /** Ends it; a second time does nothing. */
  close(): Promise<void>;
}

/** BIND with the zones above; it answers when this resolves. */
export async function startNameServer(): Promise<NameServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-named-'));
  const port = await freePort();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('reverse4', HEAD('113.0.203.in-addr.arpa.') + REVERSE + MANY);
  write('reverse6', `${HEAD('8.b.d.0.1.0.0.2.ip6.arpa.')}1${'.0'.repeat(23)} PTR mail.example.net.\n`);
  write('forward', HEAD('example.net.') + FORWARD);
  write(
    'named.conf',
    `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
       pid-file none; session-keyfile none; recursion no; check-names primary ignore; dnssec-validation no; };
     controls { };
     zone "113.0.203.in-addr.arpa" { type primary; file "reverse4"; };
     zone "8.b.d.0.1.0.0.2.ip6.arpa" { type primary; file "reverse6"; };
     zone "example.net" { type primary; file "forward"; };\n`,
  );
  const program = startProgram('named', ['-g', '-n', '1', '-c', join(folder, 'named.conf')]);
  // Where a test fails before it closes the server.
  process.once('exit', () => program.kill('SIGKILL'));
  program.stdin.on('error', () => undefined).end();
  let said = '';
  for (const stream of [program.stdout, program.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const close = (): Promise<void> => ended(program, folder);
  const server = { address: `127.0.0.1:${port}`, close };
  try {
    await answers(server.address, () => program.exitCode !== null);
  } catch (error) {
    await close();
    throw new Error(`named does not answer:\n${said}`, { cause: error });
  }
  return server;
}

/** Takes questions, and says nothing. */
export async function startBlackHole(): Promise<NameServer & { readonly asked: () => number }> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', () => {
    asked++;
  });
  const port = await bound(socket);
  const close = (): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));
  let closing: Promise<void> | undefined;
  return {
    address: `127.0.0.1:${port}`,
    asked: () => asked,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** A port of loopback that nobody listens at by now. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  const port = await bound(socket);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function bound(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
  });
}

async function answers(server: string, isGone: () => boolean): Promise<void> {
  const client = new DnsClient({ servers: [server], patienceMs: 500 });
  for (let tries = 0; tries < 100; tries++) {
    const reply = await client.pointers(address('203.0.113.7'), new AbortController().signal);
    if (reply.state === 'answered' && reply.values.length > 0) return;
    if (isGone()) throw new Error('it ended');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no answer');
}

async function ended(program: RunningProgram, folder: string): Promise<void> {
  if (program.exitCode === null && program.signalCode === null) {
    const end = new Promise<void>((resolve) => program.once('close', () => resolve()));
    program.kill('SIGKILL');
    await end;
  }
  rmSync(folder, { recursive: true, force: true });
}
