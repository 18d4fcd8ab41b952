/**
 * Tells systemd how the daemon is: ready, reloading, stopping, alive. Node has no Unix datagram sockets, so
 * `systemd-notify` says it for us, which the unit allows (NotifyAccess=all). Outside systemd nothing is told to anybody.
 */
import { type ProgramOptions, type ProgramResult, runProgram } from '../base/program.ts';
import { ellipsis, printable } from '../base/text.ts';

export interface SupervisorOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of this process: the watchdog may be meant for another. */
  readonly pid: number;
  /** Microseconds of the system's monotonic clock, which systemd counts by. */
  readonly monotonic: () => number;
  /** Called once when systemd cannot be told, and again only after it could. */
  readonly onProblem: (what: string) => void;
  readonly run?: (name: string, args: readonly string[], options: ProgramOptions) => Promise<ProgramResult>;
}

/** All of it returns at once and never throws. */
export interface Supervisor {
  /** How often `alive` must be called at the least, in milliseconds; undefined when nobody watches. */
  readonly watchdogMs: number | undefined;
  ready(status?: string): void;
  /** `ready` ends it. */
  reloading(): void;
  stopping(): void;
  /** To be called from the loop that does the work, once a second, say; it tells systemd when that is due. */
  alive(): void;
  /** A line for `systemctl status`. */
  status(text: string): void;
  /** When all is told. */
  settled(): Promise<void>;
}

/** Telling takes 5 ms. What waits longer is no news: systemd's own patience with a start is 90 s. */
const PATIENCE_MS = 5_000;
const STATUS_MAX = 200;

export function openSupervisor(options: SupervisorOptions): Supervisor {
  const socket = options.environment.NOTIFY_SOCKET;
  // A path, or `@` and a name: what else a socket of systemd's can be is not for datagrams.
  const messages = socket !== undefined && /^[/@]./.test(socket) ? new Messages(options, socket) : undefined;
  const send = (...assignments: readonly string[]): void => messages?.send(assignments);
  const watchdogMs = messages && watchdogInterval(options);
  let nextAlive = Number.NEGATIVE_INFINITY;
  return {
    watchdogMs,
    ready: (status) => send('READY=1', ...(status === undefined ? [] : [statusText(status)])),
    reloading: () => send('RELOADING=1', `MONOTONIC_USEC=${Math.trunc(options.monotonic())}`),
    stopping: () => send('STOPPING=1'),
    alive: () => {
      if (watchdogMs === undefined) return;
      const now = options.monotonic();
      if (now < nextAlive) return;
      nextAlive = now + watchdogMs * 1_000;
      send('WATCHDOG=1');
    },
    status: (text) => send(statusText(text)),
    settled: () => messages?.settled() ?? Promise.resolve(),
  };
}

/** Half of what systemd allows, as its manual recommends. */
function watchdogInterval({ environment, pid }: SupervisorOptions): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID } = environment;
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== `${pid}`) return undefined;
  const allowed = /^[1-9]\d{0,15}$/.test(WATCHDOG_USEC ?? '') ? Number(WATCHDOG_USEC) : undefined;
  return allowed === undefined ? undefined : Math.max(1, Math.floor(allowed / 2_000));
}

function statusText(text: string): string {
  return `STATUS=${printable(ellipsis(text, STATUS_MAX))}`;
}

/** Tells one after the other, so that "stopping" cannot overtake "ready". */
class Messages {
  readonly #options: SupervisorOptions;
  readonly #socket: string;
  /** By their first word: of each sort the last, for that is how things are. So they are five at most. */
  readonly #waiting = new Map<string, readonly string[]>();
  #telling: Promise<void> | undefined;
  #broken = false;

  constructor(options: SupervisorOptions, socket: string) {
    this.#options = options;
    this.#socket = socket;
  }

  send(assignments: readonly string[]): void {
    const sort = (assignments[0] ?? '').replace(/=.*/s, '');
    this.#waiting.delete(sort);
    this.#waiting.set(sort, assignments);
    this.#telling ??= this.#tellAll();
  }

  async settled(): Promise<void> {
    await this.#telling;
  }

  async #tellAll(): Promise<void> {
    for (let [next] = this.#waiting; next; [next] = this.#waiting) {
      this.#waiting.delete(next[0]);
      await this.#tell(next[1]);
    }
    this.#telling = undefined;
  }

  async #tell(assignments: readonly string[]): Promise<void> {
    const { run = runProgram, onProblem } = this.#options;
    let problem: string | undefined;
    try {
      const environment = { NOTIFY_SOCKET: this.#socket };
      const { status, err } = await run('systemd-notify', assignments, { environment, timeoutMs: PATIENCE_MS });
      if (status !== 0) problem = `systemd-notify ended with ${status}: ${printable(ellipsis(err.trim(), STATUS_MAX))}`;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (problem !== undefined && !this.#broken) onProblem(problem);
    this.#broken = problem !== undefined;
  }
}
