/** Notes, the method and drawings in English. */
import { formatDuration } from '../../../base/duration.ts';
import { FORM_WORDS } from '../../../base/reason-words.ts';
import type { DrawingPhrases, MethodPhrases, NotePhrases, Things } from '../note.ts';
import type { Writing } from '../phrase.ts';

const SINGULAR: Readonly<Record<Things, string>> = {
  addresses: 'address',
  answers: 'answer',
  attempts: 'attempt',
  bans: 'ban',
  countries: 'country',
  lines: 'line',
  names: 'name',
  networks: 'network',
  organizations: 'organization',
  places: 'place',
  targets: 'target',
  types: 'type',
};

export function notes(write: Writing): NotePhrases {
  const { written, percent } = write;
  const things = (count: number, what: Things): string => write.counted(count, SINGULAR[what], what);
  return {
    things,
    ...overlaps(write),
    tie: ({ entries, things: what, each, counts, rank }) =>
      `${things(entries, what)} with ${things(each, counts)} each tie at rank ${rank}, too many to list.`,
    others: ({ count, things: what }) => `There are ${written(count)} other ${what}.`,
    rounded: ({ percent: sum }) => `Rounded, the percentages add up to ${percent(sum)}.`,
    daysIn: ({ zone }) => `Days begin at midnight in the time zone ${zone}.`,
    hoursIn: ({ zone }) => `Hours are those of the time zone ${zone}, when bans began.`,
    comparedWith: ({ period }) => `Percent of what there was in ${period}.`,
    neighborhoods: ({ several }) => {
      const have = write.counted(several, 'network has', 'networks have');
      return `A network is a /24 (IPv4) or a /64 (IPv6). ${have} more than one ban.`;
    },
    cameBack: ({ addresses, of }) => `${written(addresses)} of ${things(of, 'addresses')} came back after a ban.`,
    onSeveralHosts: ({ addresses, of }) =>
      `${written(addresses)} of ${things(of, 'addresses')} were banned on several hosts.`,
    hosts: ({ count, orMore }) => `${write.counted(count, 'host')}${orMore ? ' or more' : ''}`,
    centered: ({ addresses }) =>
      `${things(addresses, 'addresses')} without coordinates: shown at the center of the country.`,
    offRegion: ({ places }) =>
      places === 1
        ? '1 place lies off the map of its region; the map of the world has it.'
        : `${written(places)} places lie off the maps of their regions; the map of the world has them.`,
    inAll: ({ count, things: what }) => `${things(count, what)} in all.`,
    sample: ({ bans, of }) => `Of ${things(bans, 'bans')}, spread evenly over all ${written(of)}.`,
    newest: ({ listed, of, things: what }) => `The newest ${written(listed)} of ${written(of)} ${what}.`,
    length: ({ overMs, upToMs }) => {
      const bounds = [overMs === undefined ? [] : [`over ${formatDuration(overMs)}`]];
      return [...bounds, upToMs === undefined ? [] : [`up to ${formatDuration(upToMs)}`]].flat().join(', ');
    },
    ordinal: ({ number, andLater }) => {
      const ordinal = ['1st', '2nd', '3rd'][number - 1] ?? `${number}th`;
      return andLater ? `${ordinal} and later` : ordinal;
    },
    leftOut: ({ rows }) => `${rows} further rows are left out of this page; the formats csv and json have them.`,
  };
}

/** What counts in several rows. */
function overlaps({ written, counted }: Writing): Pick<NotePhrases, 'shared' | 'triedSeveral'> {
  return {
    shared: ({ addresses, several, sum }) => {
      const which = `${counted(addresses, 'address was', 'addresses were')} banned`;
      const where = several === 'services' ? 'under several services' : 'in several places';
      const each = `${addresses === 1 ? 'counts' : 'count'} in each of them, but once in the total`;
      const note = `${which} ${where} and ${each}`;
      if (sum === undefined) return `${note}.`;
      const parts = sum.parts.map((part) => `(${written(part.addresses)} − ${written(part.shared)})`);
      return `${note}: ${parts.join(' + ')} + ${written(addresses)} = ${written(sum.total)}.`;
    },
    triedSeveral: ({ addresses, several }) => {
      const what = { kinds: 'several kinds of attack', groups: 'several groups', services: 'several services' };
      const count = addresses === 1 ? 'counts' : 'count';
      return `${counted(addresses, 'address', 'addresses')} tried ${what[several]} and ${count} in each, but once in the total.`;
    },
  };
}

export function method({ written, counted }: Writing): MethodPhrases {
  const dropped: MethodPhrases['dropped'] = ({ what, count }) => {
    switch (what) {
      case 'bans':
        return `${counted(count, 'ban')}: more addresses than a report holds.`;
      case 'attempts':
        return `${counted(count, 'attempt')}: more addresses than a report holds.`;
      case 'names':
        return `${counted(count, 'attempt')} with further user names: more than a report holds.`;
      case 'stories':
        return `Stories of ${counted(count, 'ban')}: more slow attackers, networks or campaigns than are told apart.`;
      case 'networks':
        return `Networks of ${counted(count, 'entry', 'entries')} that are hidden, or that the ledger spells in no known way.`;
    }
  };
  return {
    dropped,
    source: ({ source, bans }) => `${source} (${counted(bans, 'ban')})`,
    furtherSources: ({ count }) => `${counted(count, 'further source')}.`,
    withoutOrigin: ({ bans }) => `${counted(bans, 'ban has', 'bans have')} no origin data.`,
    unknown: ({ countries, organizations, of }) => {
      const all = counted(of, 'address', 'addresses');
      return `Country: ${written(countries)} of ${all}. Organization: ${written(organizations)} of ${all}.`;
    },
    moved: ({ addresses }) =>
      `${counted(addresses, 'address', 'addresses')} changed country or organization; the latest one counts.`,
    imported: ({ bans, from }) => `${counted(bans, 'ban')} from ${FORM_WORDS[from]}, by its rules and no other.`,
    nothingBefore: ({ period }) => `Comparison with ${period}: the ledger has nothing of it.`,
    begunLate: ({ period, first }) => `Comparison with ${period}: the ledger has records from ${first} on only.`,
    jail: ({ name, kinds, maxRetry, findTime, banTime, growth, maxBanTime, slow }) => {
      const most = formatDuration(maxBanTime);
      const growing = growth === 1 ? '' : `, times ${growth} with every further ban, at most ${most}`;
      const patient = slow ? `, and so do ${slow.maxRetry} within ${formatDuration(slow.findTime)}` : '';
      const [many, lead] = maxRetry === 1 ? ['weighted attempt', 'leads'] : ['weighted attempts', 'lead'];
      const tried = `${maxRetry} ${many} (${kinds.join(', ')}) within ${formatDuration(findTime)}`;
      return `${name}: ${tried} ${lead} to a ban of ${formatDuration(banTime)}${growing}${patient}.`;
    },
    networks: ({ ipv4, ipv6, findTime }) => {
      const four = `${ipv4} banned addresses of an IPv4 /24 within ${formatDuration(findTime)}`;
      return `networks: ${four}, or ${ipv6} banned parts of an IPv6 /56 or /48, lead to a ban of the network.`;
    },
    campaigns: ({ addresses, tries, findTime }) => {
      const many = `of ${addresses} addresses that try one account within ${formatDuration(findTime)}`;
      return `campaigns: ${many}, those that failed ${tries === 1 ? 'once' : `${tries} times`} are banned.`;
    },
  };
}

export function drawing({ written, counted }: Writing): DrawingPhrases {
  return {
    duration: formatDuration,
    // A tenth of a degree is 11 km, and more than most data know.
    degrees: (degrees, axis) => {
      const [positive, negative] = axis === 'latitude' ? ['N', 'S'] : ['E', 'W'];
      return `${Math.abs(degrees).toFixed(1)}°${degrees < 0 ? negative : positive}`;
    },
    offMap: ({ places }) => `${counted(places, 'place')} off this map`,
    mapLegend: ({ ranges, outside }) => {
      const left = outside === 0 ? '' : ` Places off this map: ${written(outside)}.`;
      return `Addresses in a character: ${ranges.join(', ')}.${left}`;
    },
    timelineLegend: ({ days, highest, attempts, ban }) => {
      const unit = days === 1 ? 'a day' : `${days} days`;
      return `A character is ${unit}, ${highest} is ${attempts} attempts, ${ban} marks bans.`;
    },
    laneSums: ({ attempts, bans }) => `attempts ${attempts}, bans ${bans}`,
    span: ({ from, until }) => `${from} to ${until}`,
  };
}
