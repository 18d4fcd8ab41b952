/** `rapsheet enrich`: others asked about the bans of the past. */
import { Command } from 'commander';
import { single } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { EXIT, formatProblem, ProblemError } from '../base/problem.ts';
import { ellipsis, printable, printableJson } from '../base/text.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { protectionOf } from '../daemon/protection.ts';
import { readHost } from '../host/host.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Blocklists } from '../origin/blocklist.ts';
import type { Informant } from '../origin/enricher.ts';
import { type EnrichOutcome, enrichBans } from './enrich-run.ts';
import { blocklistsOf, informantsOf, listingsOf } from './informants.ts';
import { openLedgerFor } from './open.ts';
import { programFolder } from './program.ts';
import { periodOf, withSpan } from './scope.ts';

interface EnrichOptions {
  readonly config?: string;
  readonly ledger?: string;
  readonly since?: string;
  readonly until?: string;
  readonly host?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

export function enrichCommand(): Command {
  const command = new Command('enrich').description(
    'ask others about past bans: reverse DNS, RDAP, Tor exits, blocklists, as far as the configuration turns them on',
  );
  return withSpan(command)
    .option('--host <name>', 'only bans on this host')
    .option('--limit <n>', 'ask about so many bans at most')
    .option('--json', 'print one JSON object')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'the ledger to read and to write')
    .addHelpText('after', EXAMPLES)
    .action(enrich);
}

const EXAMPLES = `
The daemon asks about new bans by itself; this is for older ones, and for those that it left out. Each ban is asked about
once: what was answered before stays. What is asked now is what is so now, and is recorded with its date. Addresses leave
this machine: to your name servers, to the registries, and to the operators of the blocklists that you name. Registries
are asked one question a second, so that a thousand networks take a quarter of an hour, and blocklists three in all; it
may be ended at any time and goes on where it was. Blocklists are not asked about private and protected addresses.

Exit status 1 when somebody did not answer, 78 when nothing is turned on under [origin].

Examples:
  rapsheet enrich --since 2024-10
  rapsheet enrich 2024-10-03 --limit 100`;

async function enrich(period: string | undefined, options: EnrichOptions): Promise<void> {
  const config = loadConfig({ program: programFolder(), file: options.config });
  const others = informantsOf(config, systemClock);
  const blocklists = config.origin.blocklists ? blocklistsOf(config, systemClock) : undefined;
  if (others.length === 0 && !blocklists) {
    const hint =
      'write reverse_dns = true, rdap = true or tor_exits = "FILE" under [origin], or blocklists = true and zones under [blocklists]';
    throw new ProblemError(EXIT.badConfig, { what: 'the configuration lets nobody be asked about addresses', hint });
  }
  const limit = limitOf(options.limit);
  // One that is not there must not be made.
  (await openLedgerFor(options, config, 'read')).close();
  const ledger = await openLedgerFor(options, config, 'write');
  const line = new ProgressLine();
  try {
    const informants = [...others, ...(blocklists ? await sparingLists(blocklists, config, ledger) : [])];
    const scope = { period: periodOf(period, options, ledger.zone), host: options.host };
    const onProgress = (outcomes: readonly EnrichOutcome[]): void => line.show(outcomes);
    const outcomes = await enrichBans({ ledger, scope, informants, limit, clock: systemClock, onProgress });
    line.clear();
    if (options.json) process.stdout.write(`${printableJson({ findings: outcomes })}\n`);
    else process.stdout.write(outcomes.map((outcome) => `${printable(sentenceOf(outcome))}\n`).join(''));
    for (const problem of blocklists?.problems().values() ?? []) {
      process.stderr.write(`warning: ${printable(formatProblem(problem))}\n`);
    }
    if (outcomes.some(({ unanswered }) => unanswered > 0)) process.exitCode = EXIT.no;
  } finally {
    line.clear();
    blocklists?.close();
    ledger.close();
  }
}

/** Blocklists, which are not asked about whoever must not be banned now: like the daemon does it. */
async function sparingLists(blocklists: Blocklists, config: Config, ledger: Ledger): Promise<readonly Informant[]> {
  const protection = protectionOf(config, await readHost(), ledger);
  return listingsOf(config, systemClock, {
    check: async (address) => {
      const itself = single(address);
      return protection.of(itself, systemClock()) ? undefined : blocklists.check(address);
    },
  });
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ProblemError(EXIT.usage, { what: `--limit ${text}: not a number`, hint: 'write --limit 100' });
}

const NAMES: Readonly<Record<EnrichOutcome['about'], string>> = {
  'reverse-name': 'Reverse names',
  registration: 'Registrations',
  'tor-exit': 'Tor exits',
  listings: 'Blocklists',
};

/** `Reverse names: 12 bans, 11 answered, 1 not.` */
function sentenceOf({ about, bans, answered, unanswered, trouble }: EnrichOutcome): string {
  if (bans === 0) return `${NAMES[about]}: every ban has its answer.`;
  const number = (value: number): string => value.toLocaleString('en');
  const why = trouble === null ? '' : ` (${trouble})`;
  const none = unanswered === 0 ? '' : `, ${number(unanswered)} not${why}`;
  const unasked = bans - answered - unanswered;
  const nobody = unasked === 0 ? '' : `, for ${number(unasked)} there is nobody to ask`;
  return `${NAMES[about]}: ${number(bans)} ${bans === 1 ? 'ban' : 'bans'}, ${number(answered)} answered${none}${nobody}.`;
}

/** How far it is, on a terminal; anywhere else it does nothing. */
class ProgressLine {
  #shown = false;

  show(outcomes: readonly EnrichOutcome[]): void {
    if (!process.stderr.isTTY) return;
    this.#shown = true;
    const parts = outcomes.map(({ about, bans, answered, unanswered }) => {
      return `${NAMES[about]} ${(answered + unanswered).toLocaleString('en')} of ${bans.toLocaleString('en')}`;
    });
    process.stderr.write(`\r\u001b[K${ellipsis(parts.join(', '), (process.stderr.columns || 80) - 1)}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}
