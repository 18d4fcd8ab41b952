/** What the daemon reaches beyond its process through: the real ledger, firewall, logs, host. */
import { type Clock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { formatProblem } from '../base/problem.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { discoverLogs } from '../daemon/discover.ts';
import { journalCursor } from '../daemon/live.ts';
import type { Enforcement, Held, SourceOpening, World } from '../daemon/world.ts';
import { cutConnections } from '../firewall/cut.ts';
import { diagnose } from '../firewall/diagnosis.ts';
import { gatherFacts, type Question } from '../firewall/facts.ts';
import { readHost } from '../host/host.ts';
import { openLedger } from '../ledger/ledger.ts';
import type { Attempt } from '../model.ts';
import type { Origins } from '../origin/origin.ts';
import { liveSources } from '../source/index.ts';
import type { LiveSource } from '../source/live.ts';
import { adoptionProblems, isAdopted, nothingToWatch } from './adopted.ts';
import { keepCreditsAtOnce } from './credits.ts';
import { LIVE, withFail2ban } from './fail2ban.ts';
import { actionWorld } from './fail2ban-world.ts';
import { firewallOf } from './firewall-of.ts';
import { blocklistsOf, informantsOf, listingsOf } from './informants.ts';
import { programFolder } from './program.ts';
import { liveStagesOf } from './stages.ts';

/** While a replay writes, bans go on without the record; it catches up afterwards. */
const LEDGER_PATIENCE_MS = 100;

export interface WorldOptions {
  readonly config: Config;
  /** Instead of /etc/rapsheet/rapsheet.toml. */
  readonly configFile: string | undefined;
  /** An installation of fail2ban, over what the configuration says. */
  readonly fail2ban: string | undefined;
  readonly host: string;
  readonly log: Log;
  readonly origins: Pick<Origins, 'lookup' | 'sources'>;
  readonly zone: string;
}

export function systemWorld({ config, configFile, fail2ban, host, log, origins, zone }: WorldOptions): World {
  const clock: Clock = systemClock;
  return {
    ...actionWorld(config, clock),
    openLedger: async (path) => {
      const ledger = await openLedger({ path, mode: 'write', clock, zone, patienceMs: LEDGER_PATIENCE_MS });
      keepCreditsAtOnce(ledger, origins.sources);
      return ledger;
    },
    openFirewall: (config) => firewallOf(config),
    openSources: (config, opening) => openSources(config, { ...opening, host, clock }),
    stages: (config) => liveStagesOf(config, origins),
    openBlocklists: (config) => blocklistsOf(config, clock),
    informants: (config, blocklists) => [...informantsOf(config, clock), ...listingsOf(config, clock, blocklists)],
    readHost: () => readHost(),
    cut: async (subjects) => {
      const { sockets, flows, problems } = await cutConnections(subjects);
      log.debug('connections cut', { subjects: subjects.length, sockets, flows, problem: problems[0] });
    },
    diagnose: async (held, attempts, around) => {
      const question = questionOf(held, attempts, { ...around, host });
      return diagnose(question, await gatherFacts(question, { clock }));
    },
    loadConfig: () => {
      const config = withFail2ban(loadConfig({ program: programFolder(), file: configFile, fail2ban }), LIVE);
      for (const problem of adoptionProblems(config)) log.warn(formatProblem(problem));
      return config;
    },
    leftOut: (each) => (isAdopted(each) ? each.adoption.leftOut : undefined),
  };
}

/** What is asked about a ban without effect: who, since when, and the lines that should not be there. */
function questionOf(
  { subject, group, at, jail }: Held,
  attempts: readonly Attempt[],
  { config, firewall, changedBy, host }: Enforcement & { readonly host: string },
): Question {
  const last = attempts.at(-1);
  return {
    ...{ subject, address: last?.address ?? subject.base, blockedSince: at, thisHost: host, changedBy },
    ports: config.portGroups.find(({ name }) => name === group)?.ports,
    hooks: config.firewall.hooks,
    firewallName: firewall,
    service: last?.pattern.service ?? jail,
    lines: attempts.map(({ time, line, file }) => ({ time, line, path: file.path })),
  };
}

/** The logs of this host, found by themselves where the configuration does not name them. */
async function openSources(
  config: Config,
  { ledger, onWake, say, tell, host, clock }: SourceOpening & { readonly host: string; readonly clock: Clock },
): Promise<LiveSource[]> {
  const {
    files,
    journal: matches,
    syslog: addresses,
    sentences,
    problems,
  } = await discoverLogs({
    ...{ filters: config.filters, watch: config.watch, clock, nothing: nothingToWatch(config) },
  });
  for (const sentence of sentences) say(sentence);
  const tellAll = (): void => tell([...adoptionProblems(config), ...problems]);
  if (isAdopted(config)) config.adoption.ignoreFiles.listen(tellAll);
  tellAll();
  const common = { host, clock, onWake };
  const opened: LiveSource[] = [];
  if (files.length > 0) {
    const positions = ledger.positions(host);
    opened.push(await liveSources.files([{ host, paths: files }], { clock, positions, onWake }));
  }
  if (matches) opened.push(liveSources.journal({ ...common, matches, cursor: journalCursor(ledger) }));
  if (addresses.length > 0) opened.push(await liveSources.syslog({ ...common, addresses }));
  return opened;
}
