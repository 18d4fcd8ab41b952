/** A daemon as a service: its socket, its metrics, its signals, and what systemd is told; until it is time to end. */
import { monotonicClock } from '../base/clock.ts';
import { EXIT, type ExitStatus, formatProblem, ProblemError } from '../base/problem.ts';
import type { Served } from '../fail2ban/client/served.ts';
import { type Control, openControl } from './control.ts';
import type { Daemon } from './daemon.ts';
import { Fail2banConnection } from './fail2ban-connection.ts';
import { renderMetrics } from './metrics.ts';
import { serveMetrics } from './metrics-server.ts';
import { reload } from './reloading.ts';
import { servedJails } from './served-jails.ts';
import { openSupervisor, type Supervisor } from './systemd.ts';
import { type ListeningSocket, openSocket } from './unix-socket.ts';
import { handle } from './verbs.ts';

/** How often systemd is told that the loop still turns. */
const ALIVE_MS = 1_000;

/** Starts the daemon, listens at `socket`, and ends it at SIGTERM or SIGINT. @throws ProblemError when it cannot start */
export async function serve(daemon: Daemon, socket: string): Promise<ExitStatus> {
  const { log, clock, ledgerPath } = daemon.options;
  const ending = endingOf(daemon);
  const hangups = new Hangups();
  const supervisor = openSupervisor({
    environment: process.env,
    pid: process.pid,
    monotonic: monotonicClock,
    onProblem: (what) => log.warn('systemd is not told', { what }),
  });
  const { group } = daemon.config.daemon;
  const handler = (request: Parameters<typeof handle>[1]): Promise<unknown> => handle(daemon, request);
  const control: Control = await openControl({ path: socket, group, log, handle: handler });
  const stopMetrics = await metricsOf(daemon);
  const clients = await fail2banSocket(daemon);
  const alive = setInterval(() => supervisor.alive(), ALIVE_MS);
  try {
    await daemon.start();
    // Ready means that the bans in force are in the kernel, or that it is known why not.
    await daemon.enforcer.settled();
    const { mode } = daemon;
    log.notice('on watch', { mode, ledger: ledgerPath, socket: control.path });
    supervisor.ready(mode);
    hangups.heed(() => void onHangup(daemon, supervisor, clock()));
    return await ending;
  } finally {
    supervisor.stopping();
    clearInterval(alive);
    await control.close();
    await clients?.close();
    await stopMetrics();
    await daemon.stop();
    log.notice('stopped; the blocks stay until they end');
    log.settle();
    await supervisor.settled();
  }
}

/** Resolves with the exit status when it is time to end. */
function endingOf({ options: { log } }: Daemon): Promise<ExitStatus> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info('ending', { signal });
        resolve(EXIT.done);
      });
    }
  });
}

/** Heard from the first moment on: a SIGHUP that nobody listens for ends the process. One during the start waits for its end. */
class Hangups {
  #isWaiting = false;
  #action = (): void => {
    this.#isWaiting = true;
  };

  constructor() {
    process.on('SIGHUP', () => this.#action());
  }

  heed(action: () => void): void {
    this.#action = action;
    if (this.#isWaiting) action();
  }
}

async function onHangup(daemon: Daemon, supervisor: Supervisor, now: number): Promise<void> {
  supervisor.reloading();
  try {
    await reload(daemon, { isConfirmed: false, now });
    daemon.problems.clear('reload');
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [problem = { what: 'the configuration cannot be read' }] = error.problems;
    daemon.problems.raise('reload', 'warning', { ...problem, hint: 'the configuration from before stays in use' });
    for (const each of error.problems.slice(1)) daemon.options.log.warn(formatProblem(each));
  }
  supervisor.ready(daemon.mode);
}

async function metricsOf(daemon: Daemon): Promise<() => Promise<void>> {
  const place = daemon.config.daemon.metrics;
  if (!place) return async () => undefined;
  const { log, clock } = daemon.options;
  const server = await serveMetrics({ ...place, render: () => renderMetrics(daemon.status()), clock });
  log.info('metrics', { host: place.host, port: server.port });
  return () => server.close();
}

/** Where clients of fail2ban are answered. One that cannot be made, or is taken, is told and keeps nobody from being banned. */
async function fail2banSocket(daemon: Daemon): Promise<ListeningSocket | undefined> {
  const { fail2ban, daemon: settings } = daemon.config;
  const options = daemon.stages.server ?? new Map();
  const path = fail2ban?.socket === 'auto' ? options.get('socket') : fail2ban?.socket;
  if (path === undefined || path === 'no') return undefined;
  const { log } = daemon.options;
  const served = (): Served => servedJails(daemon, { by: "a client of fail2ban's", options });
  try {
    const made = await openSocket({
      ...{ path, group: settings.group, log },
      connect: (socket) => new Fail2banConnection(socket, { served, warn: (message) => log.warn(message) }),
      denied: 'under systemd: RuntimeDirectory=fail2ban (docs/fail2ban.md); or [fail2ban] socket = "no"',
      taken: { what: 'fail2ban is running, and answers its clients itself', hint: 'systemctl disable --now fail2ban' },
    });
    log.info("answers fail2ban's clients", { socket: path });
    return made;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const problem of error.problems) daemon.problems.raise('fail2ban-socket', 'warning', problem);
    return undefined;
  }
}
