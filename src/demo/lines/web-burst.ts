/** What a burst against a web server leaves in its logs. */
import type { Burst, PlannedAttempt } from '../burst.ts';
import type { Logbook } from '../logbook.ts';
import { itemAt, type Random } from '../random.ts';
import { addHit, errorBytes, SITE } from './access.ts';
import { BOTS } from './agents.ts';
import { PROBES, type Probe } from './probes.ts';
import { nginx } from './stamp.ts';

export function addWebBurst(logbook: Logbook, burst: Burst, random: Random): void {
  const agent = random.pick(BOTS);
  const begin = random.whole(0, 99);
  const connection = random.whole(1000, 90_000);
  for (const [index, attempt] of burst.attempts.entries()) {
    if (attempt.kind === 'web.flood') addFlood(logbook, burst, { attempt, agent, connection: connection + index });
    else if (attempt.kind === 'web.tls')
      addHandshake(logbook, burst, { attempt, agent, connection: connection + index });
    else addProbe(logbook, burst, { attempt, agent, probe: probeFor(attempt.kind, begin + index) });
  }
}

/** Bots work through their lists in order, each from where it happens to be. */
function probeFor(kind: string, index: number): Probe {
  const probes = PROBES.get(kind);
  if (!probes) throw new RangeError(`no probes of kind ${kind}`);
  return itemAt(probes, index % probes.length);
}

interface Asked {
  readonly attempt: PlannedAttempt;
  readonly agent: string;
  readonly probe: Probe;
}

function addProbe(logbook: Logbook, burst: Burst, { attempt, agent, probe }: Asked): void {
  const { address, host } = burst;
  const { time } = attempt;
  const status = probe.malformed ? 400 : 404;
  const bytes = errorBytes(host, status);
  // A server that cannot read the request reads no headers, either.
  const sent = probe.malformed ? '-' : agent;
  addHit(logbook, { host, time, address, request: probe.request, status, bytes, referer: '-', agent: sent });
}

interface Connected {
  readonly attempt: PlannedAttempt;
  readonly agent: string;
  /** nginx's number of the connection. */
  readonly connection: number;
}

const WORKER = '812#812';

function addFlood(logbook: Logbook, burst: Burst, { attempt, agent, connection }: Connected): void {
  const { address, host } = burst;
  const { time } = attempt;
  const request = `GET /search?q=${connection} HTTP/1.1`;
  const excess = `excess: 20.${String(connection % 1000).padStart(3, '0')} by zone "perip"`;
  const about = `client: ${address}, server: ${SITE[host]}, request: "${request}", host: "${SITE[host]}"`;
  const text = `${nginx(time)} [error] ${WORKER}: *${connection} limiting requests, ${excess}, ${about}`;
  logbook.add(`${host}/nginx/error.log`, time, text);
  addHit(logbook, { host, time, address, request, status: 503, bytes: errorBytes(host, 503), referer: '-', agent });
}

const HANDSHAKE_ERRORS = [
  'error:0A00006C:SSL routines::bad key share',
  'error:0A000102:SSL routines::unsupported protocol',
  'error:0A0000C1:SSL routines::no shared cipher',
];

function addHandshake(logbook: Logbook, burst: Burst, { attempt, connection }: Connected): void {
  const { address, host } = burst;
  const why = itemAt(HANDSHAKE_ERRORS, connection % HANDSHAKE_ERRORS.length);
  const text = `[crit] ${WORKER}: *${connection} SSL_do_handshake() failed (SSL: ${why}) while SSL handshaking`;
  const line = `${nginx(attempt.time)} ${text}, client: ${address}, server: 0.0.0.0:443`;
  logbook.add(`${host}/nginx/error.log`, attempt.time, line);
}
