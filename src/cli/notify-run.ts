/** `rapsheet notify run`: the process that tells people. It has no privilege but to write the ledger. */
import { dirname, join } from 'node:path';
import { monotonicClock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { EXIT, type ExitStatus, formatProblem, ProblemError } from '../base/problem.ts';
import { areAlertsOn } from '../config/alerts.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { alertWarnings } from '../config/warnings.ts';
import { openSupervisor } from '../daemon/systemd.ts';
import { type Ledger, lockForNotifier, openLedger } from '../ledger/ledger.ts';
import type { Courier } from '../notify/channel.ts';
import { Notifier, type Recipient } from '../notify/notify.ts';
import { abuseTurn, couriersOf } from './abuse-couriers.ts';
import { ledgerPath } from './ledger-path.ts';
import { recipientsOf } from './notify-channels.ts';
import { makeScheduledReport } from './notify-report.ts';
import { processLog } from './process-log.ts';
import { programFolder } from './program.ts';

export interface NotifyRunOptions {
  readonly config?: string;
  readonly ledger?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** How often the ledger is looked at. */
const TURN_MS = 1_000;
/** For another writer. Nothing here is in a hurry, and a replay may take minutes: it is tried again at the next turn. */
const PATIENCE_MS = 1_000;
/** What is on its way may end within this time; systemd allows more. */
const GRACE_MS = 10_000;

export async function runNotifier(options: NotifyRunOptions): Promise<void> {
  const load = (): Config => loadedConfig(options.config);
  const config = load();
  const log = processLog(options);
  const path = ledgerPath(options.ledger ?? config.ledger);
  const lock = lockForNotifier(path);
  try {
    const ledger = await openLedger({
      ...{ path, mode: 'write', clock: systemClock, zone: config.zone.name, patienceMs: PATIENCE_MS },
    });
    try {
      const begin: Service['begin'] = (settings, outlets) =>
        notifierOf(settings, { ledger, path, log, options, outlets });
      process.exitCode = await serve({ begin, load, log }, config);
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

/** @throws ProblemError (78) when it names nobody to tell */
export function loadedConfig(file: string | undefined): Config {
  const config = loadConfig({ program: programFolder(), file });
  if (areAlertsOn(config.alerts)) return config;
  const hint = 'write to = ["you@example.org"] under [mail], or add a [[channel]]; docs/alerts.md explains it';
  throw new ProblemError(EXIT.badConfig, { what: 'the configuration names nobody to tell', hint });
}

interface Surroundings {
  readonly ledger: Ledger;
  readonly path: string;
  readonly log: Log;
  readonly options: NotifyRunOptions;
  readonly outlets: Outlets;
}

/** Whom messages go to. */
interface Outlets {
  readonly recipients: readonly Recipient[];
  readonly couriers: readonly Courier[];
}

/** @throws ProblemError when a secret or a template cannot be read, or something is lacking */
function outletsOf(config: Config): Outlets {
  return { recipients: recipientsOf(config, process.env), couriers: couriersOf(config.alerts, process.env) };
}

function notifierOf(config: Config, { ledger, path, log, options, outlets }: Surroundings): Promise<Notifier> {
  const { alerts } = config;
  const { bans, digest, atMinutes, perHour, report, reportFolder } = alerts;
  const scheduled = {
    ...{ program: process.argv[1] ?? '', ledger: path, config: options.config, isPublic: report === 'public' },
    folder: reportFolder ?? join(dirname(path), 'reports'),
  };
  return Notifier.begin({
    ...{ ledger, ...outlets, clock: systemClock, log, bans, digest, atMinutes, perHour },
    also: abuseTurn(config, ledger),
    report: report === 'off' ? undefined : (month) => makeScheduledReport(month, scheduled),
  });
}

interface Service {
  readonly begin: (config: Config, outlets: Outlets) => Promise<Notifier>;
  readonly load: () => Config;
  readonly log: Log;
}

/** Works until SIGTERM or SIGINT; a SIGHUP has it begin anew with another configuration, if that is one. */
async function serve(service: Service, config: Config): Promise<ExitStatus> {
  const { begin, log } = service;
  const signals = new Signals();
  const supervisor = openSupervisor({
    ...{ environment: process.env, pid: process.pid, monotonic: monotonicClock },
    onProblem: (what) => log.warn('systemd is not told', { what }),
  });
  for (const warning of alertWarnings(config)) log.warn(formatProblem(warning));
  let notifier = await begin(config, outletsOf(config));
  tellRecipients(log, config);
  supervisor.ready();
  while (!signals.isEnding) {
    supervisor.alive();
    const isMore = await turn(notifier, log);
    if (signals.takeHangup()) notifier = await reloaded(notifier, service);
    await signals.pause(isMore ? 0 : TURN_MS);
  }
  supervisor.stopping();
  await notifier.end(GRACE_MS);
  log.notice('stopped; what waits is sent by the next');
  log.settle();
  await supervisor.settled();
  return EXIT.done;
}

function tellRecipients(log: Log, { alerts: { mail, channels, bans, digest } }: Config): void {
  const names = [...(mail ? ['mail'] : []), ...channels.map(({ name }) => name)];
  log.notice('tells', { channels: names.join(', ') || 'nobody, but makes reports', bans, digest });
}

/** Whether there is more to do at once. A ledger that is held, or a disk that is full, is tried again. */
async function turn(notifier: Notifier, log: Log): Promise<boolean> {
  try {
    return await notifier.turn();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    log.warn('the ledger cannot be used, and is tried again', { why: error.message });
    return false;
  } finally {
    log.settle();
  }
}

/** @throws ProblemError when the ledger cannot be used: then it is for systemd to start it again */
async function reloaded(before: Notifier, { begin, load, log }: Service): Promise<Notifier> {
  const found = loadedAgain(load, log);
  if (!found) return before;
  await before.end(GRACE_MS);
  const notifier = await begin(found.config, found.outlets);
  tellRecipients(log, found.config);
  return notifier;
}

/** What to go on with, or nothing: then all stays as it is. */
function loadedAgain(load: () => Config, log: Log): { readonly config: Config; readonly outlets: Outlets } | undefined {
  try {
    const config = load();
    return { config, outlets: outletsOf(config) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const problem of error.problems) log.error(formatProblem(problem));
    log.error('the configuration from before stays in use');
    return undefined;
  }
}

/** Heard from the first moment on: a SIGHUP that nobody listens for ends the process. */
class Signals {
  isEnding = false;
  #isHungUp = false;
  #wake: () => void = () => undefined;

  constructor() {
    process.on('SIGHUP', () => {
      this.#isHungUp = true;
      this.#wake();
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        this.isEnding = true;
        this.#wake();
      });
    }
  }

  takeHangup(): boolean {
    const wasHungUp = this.#isHungUp;
    this.#isHungUp = false;
    return wasHungUp;
  }

  /** Shorter when a signal comes. */
  async pause(ms: number): Promise<void> {
    if (this.isEnding || this.#isHungUp) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
