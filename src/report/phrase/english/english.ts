/** The sentences in English. */
import { formatDuration } from '../../../base/duration.ts';
import type { Actors, Crowds, EarlierBans, Phrases, Share, SummaryPhrases, Writing } from '../phrase.ts';
import { fewOf } from '../phrase.ts';
import { drawing, method, notes } from './notes.ts';
import { sheet } from './sheet.ts';

export function english(write: Writing): Phrases {
  return {
    topics: {
      persistent: 'Most persistent',
      neighbors: 'Its network',
      network: 'Worst network',
      wide: 'Network banned',
      slowed: 'Slowed down',
      returned: 'Came back',
      campaign: 'Campaign',
      reach: 'Widest reach',
      origins: 'From few countries',
      scanners: 'Research scanners',
      strangest: 'Strangest request',
      dialogue: 'SMTP dialogue',
      foreign: 'Foreign language',
      names: 'Most tried names',
    },
    stories: {
      title: 'Stories',
      base: 'bans and attempts of the period',
      note: 'Each sentence is computed; its figures are checked against the tables.',
    },
    headings: { topic: 'Story', sentence: 'What happened', evidence: 'Evidence', line: 'Newest line' },
    evidence: ({ ids, others, show }) => {
      const bans = `${ids.length + others === 1 ? 'ban' : 'bans'} ${ids.join(', ')}`;
      const more = others > 0 ? ` and ${write.counted(others, 'other')}` : '';
      return `${bans}${more}${show === undefined ? '' : `: rapsheet show ${show}`}`;
    },
    quoted: (text) => `“${text}”`,
    ...actors(write),
    ...crowds(write),
    summary: summary(write),
    notes: notes(write),
    method: method(write),
    drawing: drawing(write),
    sheet: sheet(write),
  };
}

/** What one address did. */
function actors(write: Writing): Actors {
  const { written, counted, list } = write;
  const [onHosts, times] = [hostsIn(write), timesIn(write)];
  const asOften = (ties: number): string =>
    ties > 0 ? `; so ${ties === 1 ? 'was' : 'were'} ${counted(ties, 'other')}` : '';
  return {
    persistent: ({ who, bans, hosts, services, lengthMs, from, until, ties }) => {
      const length = Number.isFinite(lengthMs) ? `for ${formatDuration(lengthMs)} in all` : 'once without end';
      const when = from === until ? `on ${from}` : `from ${from} to ${until}`;
      const where = `${onHosts(hosts)} under ${list(services)}`;
      return `${who} was banned ${times(bans)} ${where}, ${length}, ${when}${asOften(ties)}.`;
    },
    slowed: ({ who, bans, beforeMs, afterMs, limit, findTimeMs, caught, attempts }) => {
      const banned = `${who} was banned ${times(bans)} while it tried every ${formatDuration(beforeMs)}`;
      const below = `below the limit of ${written(limit)} in ${formatDuration(findTimeMs)}`;
      const slowed = `${banned}; then it slowed down to an attempt every ${formatDuration(afterMs)}, ${below}`;
      const since = counted(attempts, 'attempt');
      if (caught === undefined) return `${slowed}, and has made ${since} since its last ban.`;
      const window = `the long window (${written(caught.score)} in ${formatDuration(caught.findTimeMs)})`;
      const after = attempts > 0 ? `; since that ban it has made ${since}` : '';
      return `${slowed}, until ${window} caught it on ${caught.day}${after}.`;
    },
    returned: ({ who, days, ofDays, bans, ended, returns, soonestMs }) => {
      const span = ofDays === undefined ? counted(days, 'day') : `${written(days)} of ${counted(ofDays, 'day')}`;
      const each = returns === bans ? 'each time' : `after each of the ${written(ended)} bans that ended`;
      const often = returns === ended ? each : times(returns);
      const soon = `at the soonest within ${formatDuration(soonestMs)}`;
      return `${who} tried on ${span}; it was banned ${times(bans)} and came back ${often}, ${soon} of the end of the ban.`;
    },
    reach: ({ several, who, services, hosts, bans, ties }) => {
      const all = `${counted(several, 'address was', 'addresses were')} banned under several services`;
      const others = ties > 0 ? ` (and ${counted(ties, 'other')} as far)` : '';
      return `${all}; ${who} reached furthest${others}: ${list(services)} ${onHosts(hosts)}, with ${counted(bans, 'ban')}.`;
    },
    strangest: ({ target, looked, sample, signs, who, host, day, kind }) => {
      const some =
        sample === undefined ? '' : ` in the evidence of ${written(sample.bans)} of ${counted(sample.of, 'ban')}`;
      const of = `Of ${counted(looked, 'request or recipient', 'requests and recipients')}${some}`;
      const what = `${target}, with ${counted(signs, 'different character')} that a shell would act upon`;
      return `${of}, the strangest is ${what}; ${who} sent it to ${host} on ${day} (${kind}).`;
    },
    foreign: ({ attempts, addresses, said, who, day }) => {
      const many = `${counted(attempts, 'attempt')} of ${counted(addresses, 'address', 'addresses')}`;
      return `${many} spoke something else than SMTP to a mail server; ${who} said ${said} on ${day}.`;
    },
    dialogue: ({ who, host, day, turns, lines }) =>
      `${who} talked to ${host} on ${day} and was refused: what they said, ${counted(turns, 'turn')} from ${counted(lines, 'line')} of the log, stands below.`,
  };
}

/** What many did, or a network. */
function crowds(write: Writing): Crowds {
  const { written, counted, percent, list } = write;
  const times = timesIn(write);
  return {
    network: ({ network, bans, addresses, top, topBans, otherBans, size, attacked, ties }) => {
      const tie = ties > 0 ? `, as ${counted(ties, 'other network has', 'other networks have')}` : '';
      const many = `${network} has ${counted(bans, 'ban')} of ${counted(addresses, 'address', 'addresses')}${tie}`;
      const parts = `${written(topBans)} of ${top} and ${written(otherBans)} of the others`;
      if (size === undefined) return `${many}: ${parts}.`;
      if (attacked >= size) return `${many}: ${parts}; all of its ${written(size)} addresses attacked.`;
      const rest = `a ban of all of it would hit the other ${written(size - attacked)}, too`;
      return `${many}: ${parts}; ${written(attacked)} of its ${written(size)} addresses attacked, ${rest}.`;
    },
    wide: ({ network, times: bans, lengthMs, banned, findTimeMs, size, attacked }) => {
      const length = Number.isFinite(lengthMs) ? `for ${formatDuration(lengthMs)} in all` : 'without end';
      const why = `because ${written(banned)} of its parts were banned within ${formatDuration(findTimeMs)}`;
      const rest = `${written(attacked)} of its ${written(size)} addresses attacked, ${written(Math.max(0, size - attacked))} did not`;
      return `${network} was banned as a whole ${times(bans)}, ${length}, ${why}; ${rest}.`;
    },
    campaign: ({ account, service, since, addresses, bans, last }) => {
      const many = `${counted(addresses, 'address', 'addresses')} or more tried the account ${account} (${service})`;
      return `${many}, beginning ${since}; ${counted(bans, 'ban was', 'bans were')} made for it, the last on ${last}.`;
    },
    origins: ({ what, attempts, percent: share, countries, organizations }) => {
      const named = (of: typeof countries): string => list(of.map(({ name, count }) => `${name} (${written(count)})`));
      const most = `${percent(share)} of ${counted(attempts, 'attempt')} (${what}) came from ${named(countries)}`;
      if (organizations.length === 0) return `${most}.`;
      return `${most}; the networks with the most are those of ${named(organizations)}.`;
    },
    scanners: ({ addresses, ofAddresses, percent: share, bans, ofBans, names, more }) => {
      const who = names.map((scanner) => `${scanner.name} (${written(scanner.addresses)})`);
      const named = list(more > 0 ? [...who, counted(more, 'other')] : who);
      const many = `${written(addresses)} of ${counted(ofAddresses, 'address', 'addresses')} (${percent(share)})`;
      return `${many} and ${written(bans)} of ${counted(ofBans, 'ban')} are those of research scanners: ${named}.`;
    },
    names: ({ groups, ties, attempts }) => {
      const tried = groups.map(({ names, attempts: count }) => {
        return `${list(names)} ${counted(count, 'time')}${names.length > 1 ? ' each' : ''}`;
      });
      const others = ties > 0 ? ` (and ${counted(ties, 'other name')} as often)` : '';
      return `The names tried most, in ${counted(attempts, 'attempt')} that named a user: ${tried.join('; ')}${others}.`;
    },
  };
}

function hostsIn({ written, counted, list }: Writing): (hosts: readonly string[]) => string {
  return (hosts) =>
    `on ${counted(hosts.length, 'host')} (${list(fewOf(hosts, (others) => `${written(others)} others`))})`;
}

function timesIn({ written }: Writing): (count: number) => string {
  return (count) => (count === 1 ? 'once' : `${written(count)} times`);
}

function summary(write: Writing): SummaryPhrases {
  const { written, counted, percent, list } = write;
  const [onHosts, times] = [hostsIn(write), timesIn(write)];
  const shared = (shares: readonly Share[]): string[] =>
    shares.map(({ name, count, percent: share }) => `${name} (${written(count)}, ${percent(share)})`);
  const tied = (ties: number): string => (ties > 0 ? `; ${written(ties)} more with as many as the last` : '');
  return {
    nothing: ({ period, before }) => `No bans: ${period}${than(0, before)}.`,
    counts: ({ bans, addresses, countries, hosts, before }) => {
      const unique = counted(addresses, 'unique address', 'unique addresses');
      const from = countries > 0 ? ` from ${counted(countries, 'country', 'countries')}` : '';
      const where = hosts.length > 0 ? ` ${onHosts(hosts)}` : '';
      return `${counted(bans, 'ban')} of ${unique}${from}${where}${than(bans, before)}.`;
    },
    countries: ({ shares, ties }) =>
      `The ${shares.length === 1 ? 'country' : 'countries'} with the most addresses: ${list(shared(shares))}${tied(ties)}.`,
    organizations: ({ shares, ties, all, scanners }) => {
      const research =
        scanners > 0 ? `; ${counted(scanners, 'address belongs', 'addresses belong')} to research scanners` : '';
      const most = `The ${all === 1 ? 'organization' : 'organizations'} with the most, of ${written(all)}`;
      return `${most}: ${list(shared(shares))}${tied(ties)}${research}.`;
    },
    deeds: ({ attempts, shares, sentences }) => {
      const did = shares.map(({ name, count, percent: share }) => {
        return `${written(count)} (${percent(share)}) ${sentences.get(name) ?? `${count === 1 ? 'was' : 'were'} ${name}`}`;
      });
      return `Of ${counted(attempts, 'attempt')}, ${list(did)}.`;
    },
    persistent: ({ who, bans, hosts, ties }) => {
      const others = ties > 0 ? `; ${counted(ties, 'other was', 'others were')} banned as often` : '';
      return `The most persistent address is ${who}, banned ${times(bans)} on ${counted(hosts, 'host')}${others}.`;
    },
  };

  function than(bans: number, before: EarlierBans | undefined): string {
    if (before === undefined) return '';
    const when = `${before.name ?? 'the same time before'} (${written(before.bans)})`;
    if (bans === before.bans) return `, as many as in ${when}`;
    return `, ${written(Math.abs(bans - before.bans))} ${bans > before.bans ? 'more' : 'fewer'} than in ${when}`;
  }
}
