/** `rapsheet shadow`: beside a fail2ban that runs, whom it bans and whom we would ban, and every difference. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { createLog } from '../base/log.ts';
import { EXIT, type ExitStatus, formatProblem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { loadConfig } from '../config/config.ts';
import type { Route } from '../fail2ban/adopt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type AdoptedConfig, adoptionProblems, fail2banFolder, isAdopted } from './adopted.ts';
import { withFail2ban } from './fail2ban.ts';
import { openLedgerFor } from './open.ts';
import { programFolder } from './program.ts';
import { ShadowLoop } from './shadow-loop.ts';
import { OwnPath, UNASKED } from './shadow-path.ts';
import { type Reason, type Witnesses, whyNotOurs, whyNotTheirs } from './shadow-reasons.ts';
import { type Found, Shadow } from './shadow-run.ts';
import { ServerView } from './shadow-server.ts';
import {
  agrees,
  differenceJson,
  differenceText,
  nothingCompared,
  progressText,
  summaryJson,
  summaryText,
} from './shadow-words.ts';
import { ProgressBar } from './terminal.ts';
import { systemWorld } from './world.ts';

interface Options {
  readonly config?: string;
  readonly fail2ban?: string;
  readonly log?: string;
  readonly for?: string;
  readonly wait: string;
  readonly json?: boolean;
}

const FAIL2BAN = '/etc/fail2ban';
/** Who is logged in, and which addresses are our own, is looked at so often; and what is over is forgotten. */
const LOOK_MS = 10_000;
/** Problems that were told. Beyond, they are told again. */
const TOLD_MAX = 1_000;

export function shadowCommand(): Command {
  return new Command('shadow')
    .description('beside a running fail2ban: would the same be banned? Blocks nobody, prints every difference')
    .option('--fail2ban <dir>', `the configuration that it runs (default: ${FAIL2BAN})`)
    .option('--log <file>', 'its log, instead of logtarget in its fail2ban.conf')
    .option('--for <time>', 'end after this time (such as 1d) instead of at Ctrl-C')
    .option('--wait <time>', 'how long a ban of one may be without its counterpart', '1m')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--json', 'print differences and sums as JSON Lines')
    .addHelpText('after', EXAMPLES)
    .action(shadow);
}

const EXAMPLES = `
Reads the logs that fail2ban reads, and what it logs of its decisions: it must be permitted to read them, and needs nothing
else. Nothing is recorded, blocked or run. Over old logs: rapsheet replay --dry-run --fail2ban DIR LOGS.

Exit status 0 when all bans agree, 1 when not, 69 when nothing was compared (fail2ban does not run, or old logs were not read
to their end), 78 when none of its jails is in use.

Examples:
  rapsheet shadow                    with /etc/fail2ban, until Ctrl-C
  rapsheet shadow --for 1d --json    a day, as JSON Lines
  rapsheet shadow --log /var/log/syslog   where fail2ban logs to syslog and there is no journal`;

/** What the parts of a run have in common. */
interface Frame {
  readonly options: Options;
  readonly routes: ReadonlyMap<string, Route>;
  readonly bar: ProgressBar;
  readonly forMs: number;
  readonly waitMs: number;
  /** Problems that were told at the start. */
  readonly told: readonly string[];
  say(sentence: string): void;
}

async function shadow(options: Options): Promise<void> {
  const forMs = options.for === undefined ? Number.POSITIVE_INFINITY : durationOf('--for', options.for);
  const waitMs = durationOf('--wait', options.wait);
  const routes = new Map<string, Route>();
  const config = configOf(options, (route) => routes.set(route.log, route));
  const bar = new ProgressBar(systemClock);
  const say = (sentence: string): void => {
    bar.clear();
    process.stderr.write(`${printable(sentence)}\n`);
  };
  const { directory = FAIL2BAN } = config.fail2ban ?? {};
  const told = adoptionProblems(config).map(formatProblem);
  for (const sentence of told) say(`fail2ban: ${sentence}`);
  if (config.adoption.jails.length === 0) {
    const hint = 'what is wrong stands above; may its files be read?';
    throw new ProblemError(EXIT.badConfig, {
      where: directory,
      what: 'no jail is in use: there is nothing to compare',
      hint,
    });
  }
  say(`${config.adoption.jails.length} jails of ${directory} are in use`);
  const ledger = await openLedgerFor({ ledger: ':memory:' }, config, 'write');
  try {
    process.exitCode = await compare(config, ledger, { options, routes, bar, forMs, waitMs, told, say });
  } finally {
    bar.clear();
    ledger.close();
  }
}

async function compare(config: AdoptedConfig, ledger: Ledger, frame: Frame): Promise<ExitStatus> {
  const { options, bar, routes, waitMs, say } = frame;
  const loop = new ShadowLoop();
  const common = { host: hostname(), clock: systemClock, onWake: () => loop.wake() };
  const log = options.log === undefined ? undefined : resolve(options.log);
  const server = await ServerView.open({ ...common, settings: config.adoption.server, log, zone: config.zone });
  try {
    for (const note of server.notes) say(note);
    const world = worldOf(config, common.host, say);
    const path = await OwnPath.open({ ...common, config, server, ledger, world, say });
    try {
      const run: Shadow = new Shadow({
        ...{ path, server, waitMs, clock: systemClock },
        onBegin: (inForce) => say(`on watch; bans in force there, taken as known: ${inForce}`),
        onDifference: (found) => {
          const reason = reasonOf(found, { config, path, server, routes, shadow: run });
          bar.clear();
          process.stdout.write(options.json ? `${differenceJson(found, reason)}\n` : differenceText(found, reason));
        },
      });
      const round = new Rounds(run, { path, server, frame });
      await loop.run({ turn: () => run.turn(), tick: () => round.tick(systemClock()) });
      bar.clear();
      run.finish();
      const now = systemClock();
      const nothing = nothingCompared(run, server.absence);
      process.stdout.write(options.json ? `${summaryJson(run, now, nothing)}\n` : summaryText(run, now, nothing));
      if (nothing !== undefined) return EXIT.unavailable;
      return agrees(run) ? EXIT.done : EXIT.no;
    } finally {
      await path.close();
    }
  } finally {
    await server.close();
  }
}

/** What is done once a second. */
class Rounds {
  readonly #run: Shadow;
  readonly #parts: { readonly path: OwnPath; readonly server: ServerView; readonly frame: Frame };
  #told: Set<string>;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(run: Shadow, parts: { readonly path: OwnPath; readonly server: ServerView; readonly frame: Frame }) {
    this.#run = run;
    this.#parts = parts;
    this.#told = new Set(parts.frame.told);
  }

  /** Whether it is time to end: what waits then has its time first. */
  tick(now: number): boolean {
    const { path, server, frame } = this.#parts;
    const { comparison, since = now } = this.#run;
    path.look();
    server.look();
    comparison.settle(now);
    this.#tell();
    if (Math.abs(now - this.#looked) >= LOOK_MS) {
      this.#looked = now;
      path.tidy(now);
      void path.lookAtHost();
    }
    frame.bar.tell(progressText(this.#run, now));
    const over = now - since - frame.forMs;
    return over >= 0 && (comparison.waiting === 0 || over >= frame.waitMs);
  }

  /** Problems that were not told yet. */
  #tell(): void {
    const { path, server, frame } = this.#parts;
    const problems = [...path.problems(), ...(server.trouble ? [server.trouble] : [])];
    for (const sentence of problems.map(formatProblem)) {
      if (this.#told.has(sentence)) continue;
      if (this.#told.size >= TOLD_MAX) this.#told = new Set();
      this.#told.add(sentence);
      frame.say(sentence);
    }
  }
}

function reasonOf(found: Found, witnesses: Witnesses): Reason {
  switch (found.what) {
    case 'only theirs':
      return whyNotOurs(found.theirs, witnesses);
    case 'only ours':
      return whyNotTheirs(found.ours, witnesses);
    case 'length':
      return { why: [], lines: [] };
  }
}

/** @throws ProblemError (78) when there is no such installation */
function configOf({ config: file, fail2ban }: Options, onRoute: (route: Route) => void): AdoptedConfig {
  const program = programFolder();
  const given = loadConfig({ program, file, fail2ban: fail2banFolder(fail2ban) });
  const config = given.fail2ban ? given : loadConfig({ program, file, fail2ban: FAIL2BAN });
  const adopted = withFail2ban(config, { logs: 'live', server: 'running', onRoute });
  if (isAdopted(adopted)) return adopted;
  throw new ProblemError(EXIT.badConfig, { what: `${FAIL2BAN} is no configuration of fail2ban` });
}

function worldOf(config: AdoptedConfig, host: string, say: (sentence: string) => void) {
  const log = createLog({ clock: systemClock, format: 'text', write: (line) => say(line.trimEnd()), level: 'warn' });
  const origins = { lookup: () => UNASKED, sources: [] };
  return systemWorld({
    config,
    configFile: undefined,
    fail2ban: undefined,
    host,
    log,
    origins,
    zone: config.zone.name,
  });
}

function durationOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new ProblemError(EXIT.usage, { what: `${option} ${text}: not a duration`, hint: 'such as 1d' });
}
