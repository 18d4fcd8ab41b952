import { describe, expect, it } from 'vitest';
import { networkOf, parseAddress } from '../base/address.ts';
import { CAUSES, type Cause, type Diagnosis, diagnose } from './diagnosis.ts';
import type { Facts, Question } from './facts.ts';
import type { Flow, Listener, Peer, Socket } from './facts-flows.ts';
import type { KernelFacts } from './facts-kernel.ts';
import type { RuleAhead } from './facts-rules.ts';

const A = addressOf('198.51.100.10');
const HOST = addressOf('192.0.2.1');
const SINCE = 1_000_000;

function addressOf(text: string): NonNullable<ReturnType<typeof parseAddress>> {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return address;
}

function sshd(time = SINCE + 60_000, host = 'web1'): Question['lines'][number] {
  const line = `Nov 27 10:00:00 ${host} sshd[7]: Failed password for root from ${A.text} port 41 ssh2`;
  return { time, line, path: '/var/log/auth.log' };
}

function access(time = SINCE + 60_000, first = '-'): Question['lines'][number] {
  return { time, line: `${first} - "GET /.env HTTP/1.1" 404 "${A.text}"`, path: '/var/log/nginx/access.log' };
}

const QUESTION: Question = {
  ...{ subject: networkOf(A, 32), address: A, ports: undefined, hooks: ['input', 'forward'] },
  ...{ firewallName: 'nftables', blockedSince: SINCE, service: 'ssh', lines: [sshd()], thisHost: 'web1' },
};

const KERNEL: KernelFacts = {
  ...{ state: 'there', place: 'the table inet rapsheet', element: true, packets: 0 },
  ...{ hooks: ['input', 'forward'], ahead: [] },
};

const SSHD: Listener = { port: 22, program: 'sshd' };
const SSHD_TOO: Listener = { port: 2222, program: undefined };
const NGINX: Listener = { port: 443, program: 'nginx' };

const FACTS: Facts = {
  ...{ at: SINCE + 61_000, hostName: 'web1', kernel: KERNEL, sockets: [], flows: [], listeners: [SSHD, NGINX] },
  ...{ peers: [], own: [HOST, addressOf('127.0.0.1')], forwards: false, translations: [], flowtables: [] },
  ...{ checked: ['our table in nftables'], failed: [] },
};

function kernel(change: Partial<KernelFacts>): Pick<Facts, 'kernel'> {
  return { kernel: { ...KERNEL, ...change } };
}

function socket(localPort: number, silentMs: number | undefined, state = 'ESTAB'): Socket {
  return { state, localPort, remote: A, remotePort: 40_000, silentMs };
}

function flow(port: number, change: Partial<Flow> = {}): Flow {
  return {
    ...{ protocol: 'tcp', state: 'ESTABLISHED', sourcePort: 40_000, target: HOST, port, answers: HOST },
    ...{ answerPort: port, offloaded: false, ...change },
  };
}

const CONTAINER = addressOf('192.0.2.130');
const toContainer = flow(2222, { answers: CONTAINER, answerPort: 22 });

function peer(port: number, address = '203.0.113.10', connections = 3): Peer {
  return { address: addressOf(address), port, connections };
}

function rule(change: Partial<RuleAhead> = {}): RuleAhead {
  const text = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
  return {
    ...{ hook: 'input', text: `iptables ${text}`, removal: `iptables ${text.replace('-A', '-D')}` },
    ...{ established: false, ports: [[22, 22]], certain: true, ...change },
  };
}

interface Case {
  readonly name: string;
  readonly cause: Cause;
  readonly question?: Partial<Question>;
  readonly facts?: Partial<Facts>;
  readonly what?: string;
  readonly remedy?: string;
}

const web = { service: 'web', lines: [access()] };
const ssh22 = { ports: [[22, 22]] as const };
const CASES: readonly Case[] = [
  { name: 'another host', cause: 'other-host', question: { lines: [sshd(SINCE, 'web2')] }, what: 'written by web2' },
  { name: 'a full name', cause: 'proxy', question: { lines: [sshd(SINCE + 60_000, 'web1.example.org')] } },
  { name: 'the name of the system', cause: 'proxy', question: { thisHost: 'shop', lines: [sshd()] } },
  { name: 'one line of here', cause: 'proxy', question: { lines: [sshd(), sshd(SINCE + 60_000, 'web2')] } },
  {
    ...{ name: 'a container with a name of its own', cause: 'forwarded' },
    question: { hooks: ['input'], lines: [sshd(SINCE + 60_000, 'f00c0ffee')] },
    facts: { ...kernel({ hooks: ['input'] }), flows: [toContainer] },
  },
  {
    name: 'a name of a hostile kind',
    cause: 'other-host',
    question: { lines: [{ ...sshd(), host: 'a\u001b[2J' }] },
    what: 'a\\x1b[2J',
  },
  { name: 'another address', cause: 'port-or-family', question: { subject: networkOf(addressOf('2001:db8::1'), 64) } },
  {
    name: 'no rule for the family',
    cause: 'port-or-family',
    facts: kernel({ state: 'other-family', element: false }),
    what: 'is IPv4',
  },
  {
    name: 'no table',
    cause: 'flushed',
    facts: kernel({ state: 'gone', element: false, hooks: [] }),
    what: 'is gone: another',
  },
  {
    name: 'no table, and who',
    cause: 'flushed',
    question: { changedBy: 'nft (7)' },
    facts: kernel({ state: 'gone' }),
    what: 'by nft (7)',
  },
  { name: 'no element', cause: 'flushed', facts: kernel({ element: false, hooks: [] }), what: 'is not in the sets' },
  {
    name: 'no rule on one hook',
    cause: 'flushed',
    facts: kernel({ hooks: ['input'] }),
    what: 'does not drop on forward',
  },
  {
    ...{ name: 'a container', cause: 'forwarded', question: { hooks: ['input'] } },
    facts: { ...kernel({ hooks: ['input'] }), flows: [toContainer] },
    ...{ what: 'from port 2222 to 192.0.2.130 port 22', remedy: 'hooks = ["input", "forward"]' },
  },
  {
    ...{
      name: "a container's flow, without the addresses of this host",
      cause: 'forwarded',
      question: { hooks: ['input'] },
    },
    facts: { ...kernel({ hooks: ['input'] }), flows: [toContainer], own: undefined },
  },
  {
    ...{ name: "another service's container", cause: 'rule-order', question: { hooks: ['input'] } },
    facts: { ...kernel({ hooks: ['input'], ahead: [rule()] }), flows: [flow(443, { answers: CONTAINER })] },
  },
  {
    ...{ name: 'a container, without connection tracking', cause: 'forwarded', question: { hooks: ['input'] } },
    facts: { ...kernel({ hooks: ['input'] }), flows: undefined, forwards: true, translations: ['ip nat DOCKER'] },
    what: 'ip nat DOCKER',
  },
  {
    name: 'another port, connected',
    cause: 'port-or-family',
    question: ssh22,
    facts: { sockets: [socket(2222, 100)], listeners: [SSHD, SSHD_TOO] },
    remedy: 'add 2222',
  },
  {
    ...{ name: 'another port, where the program listens', cause: 'port-or-family', question: ssh22 },
    facts: { listeners: [{ port: 2222, program: 'sshd' }] },
    what: 'it listens on port 2222',
  },
  {
    name: 'a port of another service',
    cause: 'proxy',
    question: ssh22,
    facts: { sockets: [], flows: [flow(443, { state: 'TIME_WAIT' })] },
  },
  {
    ...{ name: 'a dead connection with the blocked port', cause: 'port-or-family', question: ssh22 },
    facts: {
      sockets: [socket(22, 61_000), { ...socket(2222, 10), remotePort: 40_001 }],
      listeners: [SSHD, SSHD_TOO],
    },
  },
  {
    name: 'a redirected port',
    cause: 'port-or-family',
    question: ssh22,
    facts: { flows: [flow(22, { answerPort: 2222 })] },
    remedy: 'add 2222',
  },
  {
    name: 'a rule before ours',
    cause: 'rule-order',
    facts: kernel({ ahead: [rule()] }),
    remedy: 'iptables -D INPUT -p tcp -m tcp --dport 22 -j ACCEPT &&',
  },
  { name: 'a rule for another port', cause: 'proxy', facts: kernel({ ahead: [rule({ ports: [[443, 443]] })] }) },
  { name: 'a rule on another hook', cause: 'proxy', facts: kernel({ ahead: [rule({ hook: 'forward' })] }) },
  { name: 'a rule with a condition', cause: 'proxy', facts: kernel({ ahead: [rule({ certain: false })] }) },
  {
    ...{ name: 'a rule with a condition, and data', cause: 'rule-order' },
    facts: { ...kernel({ ahead: [rule({ certain: false })] }), sockets: [socket(22, 100)] },
  },
  {
    ...{ name: 'open before, accepted', cause: 'established' },
    facts: { ...kernel({ ahead: [rule({ established: true, ports: undefined })] }), sockets: [socket(22, 100)] },
    ...{ what: 'to port 22 from before the block (1m 1s ago)', remedy: 'conntrack -D -s 198.51.100.10' },
  },
  {
    ...{ name: 'open before, forwarded, accepted', cause: 'established' },
    facts: {
      ...kernel({ ahead: [rule({ established: true, hook: 'forward', ports: undefined })] }),
      flows: [toContainer],
    },
  },
  {
    ...{ name: 'open before, in a flow table', cause: 'established' },
    facts: { flows: [{ ...toContainer, state: undefined, offloaded: true }], flowtables: ['inet fast flows'] },
    what: 'handed to a flow table (inet fast flows)',
  },
  { name: 'open, and nobody knows why', cause: 'established', facts: { sockets: [socket(22, 100)] } },
  {
    ...{ name: 'open before, accepted, but silent since', cause: 'late-lines' },
    facts: { ...kernel({ packets: 9, ahead: [rule({ established: true })] }), sockets: [socket(22, 60_900)] },
    what: '9 packets were stopped since: the service still holds a dead connection (port 22)',
  },
  { name: 'written a moment late', cause: 'late-lines', question: { lines: [sshd(SINCE + 1_000)] } },
  { name: 'packets are stopped', cause: 'late-lines', facts: kernel({ packets: 3 }) },
  {
    ...{
      name: 'named beside a proxy',
      cause: 'proxy',
      question: { ...web, lines: [access(SINCE + 500, '203.0.113.10')] },
    },
    facts: { ...kernel({ packets: 5 }), peers: [peer(443, '203.0.113.77'), peer(443)] },
    ...{ what: 'those of 203.0.113.10, which has 3 open to port 443', remedy: 'deny 198.51.100.10;' },
  },
  {
    name: 'behind a proxy that nobody names',
    cause: 'proxy',
    question: web,
    facts: { peers: [peer(443)] },
    what: '203.0.113.10',
  },
  {
    ...{ name: 'behind two proxies, one here', cause: 'proxy', question: web },
    facts: { peers: [peer(8080, '127.0.0.1', 9), peer(443)] },
    what: 'those of 203.0.113.10',
  },
  { name: 'nobody came', cause: 'proxy', question: web, what: 'not one packet of it was stopped' },
  {
    ...{ name: 'behind a proxy, long after, and stopped elsewhere', cause: 'proxy' },
    question: { ...web, lines: [access(SINCE + 600_000)] },
    facts: { ...kernel({ packets: 4 }), peers: [peer(443)] },
  },
  {
    ...{ name: 'behind a proxy, packets not counted', cause: 'proxy', question: web },
    facts: { ...kernel({ packets: undefined }), peers: [peer(443)] },
  },
  {
    name: 'nothing is known',
    cause: 'unknown',
    facts: { kernel: undefined, sockets: undefined, flows: undefined, checked: [], failed: ['ss (is not installed)'] },
    what: 'Looked at: nothing. Could not look at: ss (is not installed)',
  },
  {
    name: 'a firewall that cannot be asked',
    cause: 'unknown',
    question: { firewallName: 'command' },
    facts: { kernel: undefined },
    remedy: 'tcpdump',
  },
  {
    name: 'a firewall that blocks nobody',
    cause: 'unknown',
    question: { firewallName: 'memory' },
    facts: { kernel: undefined },
    remedy: 'type = "auto"',
  },
];

function diagnosisOf({ question, facts }: Case): Diagnosis {
  return diagnose({ ...QUESTION, ...question }, { ...FACTS, ...facts });
}

describe('diagnose()', () => {
  it.each(CASES.map((one) => [one.cause, one.name, one] as const))('%s: %s', (cause, _, one) => {
    const found = diagnosisOf(one);
    expect(found).toMatchObject({ cause });
    if (one.what !== undefined) expect(found.what).toContain(one.what);
    if (one.remedy !== undefined) expect(found.remedy).toContain(one.remedy);
  });

  it('has a case for each cause', () => {
    expect([...new Set(CASES.map(({ cause }) => cause))].sort()).toEqual([...CAUSES].sort());
  });

  it('says it in a few printable sentences, without a line break', () => {
    for (const one of CASES) {
      const { what, remedy } = diagnosisOf(one);
      expect(`${what} ${remedy}`).toMatch(/^[ -~]{20,900}$/);
    }
  });
});
