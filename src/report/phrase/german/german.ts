/** The sentences in German. */

import { dated, duration, durationDative } from '../../../base/german.ts';
import type { Actors, Crowds, EarlierBans, Phrases, Share, SummaryPhrases, Writing } from '../phrase.ts';
import { fewOf } from '../phrase.ts';
import { drawing, method, notes } from './notes.ts';
import { sheet } from './sheet.ts';

export function german(write: Writing): Phrases {
  return {
    topics: {
      persistent: 'Am hartnäckigsten',
      neighbors: 'Sein Netz',
      network: 'Schlimmstes Netz',
      wide: 'Netz gesperrt',
      slowed: 'Langsamer geworden',
      returned: 'Kam wieder',
      campaign: 'Kampagne',
      reach: 'Am weitesten gestreut',
      origins: 'Aus wenigen Ländern',
      scanners: 'Forschungsscanner',
      strangest: 'Seltsamste Anfrage',
      dialogue: 'Gespräch per SMTP',
      foreign: 'Fremdsprache',
      names: 'Häufigste Namen',
    },
    stories: {
      title: 'Geschichten',
      base: 'Sperren und Angriffsversuche des Zeitraums',
      note: 'Jeder Satz ist errechnet; seine Zahlen sind mit den Tabellen abgeglichen.',
    },
    headings: { topic: 'Geschichte', sentence: 'Was geschah', evidence: 'Belege', line: 'Neueste Zeile' },
    evidence: ({ ids, others, show }) => {
      const bans = `${ids.length + others === 1 ? 'Sperre' : 'Sperren'} ${ids.join(', ')}`;
      const more = others > 0 ? ` und ${write.counted(others, 'weitere', 'weitere')}` : '';
      return `${bans}${more}${show === undefined ? '' : `: rapsheet show ${show}`}`;
    },
    quoted: (text) => `„${text}“`,
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
  return {
    persistent: ({ who, bans, hosts, services, lengthMs, from, until, ties }) => {
      const length = Number.isFinite(lengthMs) ? `zusammen ${duration(lengthMs)} lang` : 'einmal ohne Ende';
      const when = from === until ? `am ${dated(from)}` : `vom ${dated(from)} bis zum ${dated(until)}`;
      const others = ties > 0 ? `; ${counted(ties, 'andere', 'andere')} ebenso oft` : '';
      const where = `${onHosts(hosts)} unter ${list(services)}`;
      return `${who} wurde ${times(bans)} gesperrt, ${where}, ${length}, ${when}${others}.`;
    },
    slowed: ({ who, bans, beforeMs, afterMs, limit, findTimeMs, caught, attempts }) => {
      const banned = `${who} wurde ${times(bans)} gesperrt, solange alle ${duration(beforeMs)} ein Versuch kam`;
      const below = `unter der Grenze von ${written(limit)} in ${durationDative(findTimeMs)}`;
      const slowed = `${banned}; danach nur noch einer alle ${duration(afterMs)}, ${below}`;
      const since = counted(attempts, 'Angriffsversuch', 'Angriffsversuche');
      if (caught === undefined) return `${slowed}, und seit der letzten Sperre ${since}.`;
      const window = `am ${dated(caught.day)} im langen Fenster (${written(caught.score)} in ${durationDative(caught.findTimeMs)})`;
      return `${slowed}, was ${window} auffiel${attempts > 0 ? `; seither ${since}` : ''}.`;
    },
    returned: ({ who, days, ofDays, bans, ended, returns, soonestMs }) => {
      const span =
        ofDays === undefined
          ? counted(days, 'Tag', 'Tagen')
          : `${written(days)} von ${counted(ofDays, 'Tag', 'Tagen')}`;
      const each = returns === bans ? 'jedes Mal' : `nach jeder der ${written(ended)} Sperren, die endeten,`;
      const often = returns === ended ? each : times(returns);
      const soon = `frühestens innerhalb von ${durationDative(soonestMs)}`;
      return `${who} versuchte es an ${span}; die Adresse wurde ${times(bans)} gesperrt und kam ${often} wieder, ${soon} nach dem Ende der Sperre.`;
    },
    reach: ({ several, who, services, hosts, bans, ties }) => {
      const all = `${counted(several, 'Adresse wurde', 'Adressen wurden')} unter mehreren Diensten gesperrt`;
      const others = ties > 0 ? ` (und ${counted(ties, 'andere', 'andere')} ebenso weit)` : '';
      return `${all}; am weitesten kam ${who}${others}: ${list(services)} ${onHosts(hosts)}, mit ${counted(bans, 'Sperre', 'Sperren')}.`;
    },
    strangest: ({ target, looked, sample, signs, who, host, day, kind }) => {
      const some =
        sample === undefined
          ? ''
          : ` in den Belegen von ${written(sample.bans)} von ${counted(sample.of, 'Sperre', 'Sperren')}`;
      const of = `Von ${counted(looked, 'Anfrage oder Empfänger', 'Anfragen und Empfängern')}${some}`;
      const what = `${target}, mit ${counted(signs, 'Zeichen', 'verschiedenen Zeichen')}, die einer Shell etwas bedeuten`;
      return `${of} am seltsamsten: ${what}; ${who} schickte das am ${dated(day)} an ${host} (${kind}).`;
    },
    foreign: ({ attempts, addresses, said, who, day }) => {
      const many = counted(attempts, 'Angriffsversuch', 'Angriffsversuchen');
      const from = counted(addresses, 'Adresse', 'Adressen');
      return `Bei ${many} von ${from} sprach jemand mit einem Mailserver etwas anderes als SMTP; ${who} sagte am ${dated(day)} ${said}.`;
    },
    dialogue: ({ who, host, day, turns, lines }) => {
      const said = `${counted(turns, 'Satz', 'Sätze')} aus ${counted(lines, 'Zeile', 'Zeilen')} des Logs`;
      return `${who} sprach am ${dated(day)} mit ${host} und wurde abgewiesen; was gesagt wurde, ${said}, steht unten.`;
    },
  };
}

/** What many did, or a network. */
function crowds(write: Writing): Crowds {
  const { written, counted, percent, list } = write;
  const times = timesIn(write);
  return {
    network: ({ network, bans, addresses, top, topBans, otherBans, size, attacked, ties }) => {
      const tie = ties > 0 ? `, so viele wie ${counted(ties, 'anderes Netz', 'andere Netze')}` : '';
      const many = `${network} hat ${counted(bans, 'Sperre', 'Sperren')} von ${counted(addresses, 'Adresse', 'Adressen')}${tie}`;
      const parts = `${written(topBans)} von ${top} und ${written(otherBans)} von den übrigen`;
      if (size === undefined) return `${many}: ${parts}.`;
      if (attacked >= size) return `${many}: ${parts}; alle seine ${written(size)} Adressen griffen an.`;
      const rest = `eine Sperre des ganzen Netzes träfe auch die anderen ${written(size - attacked)}`;
      return `${many}: ${parts}; von seinen ${written(size)} Adressen griffen ${written(attacked)} an, ${rest}.`;
    },
    wide: ({ network, times: bans, lengthMs, banned, findTimeMs, size, attacked }) => {
      const length = Number.isFinite(lengthMs) ? `zusammen ${duration(lengthMs)} lang` : 'ohne Ende';
      const why = `weil ${written(banned)} seiner Teile innerhalb von ${durationDative(findTimeMs)} gesperrt wurden`;
      const rest = `von seinen ${written(size)} Adressen griffen ${written(attacked)} an, ${written(Math.max(0, size - attacked))} nicht`;
      return `${network} wurde ${times(bans)} als Ganzes gesperrt, ${length}, ${why}; ${rest}.`;
    },
    campaign: ({ account, service, since, addresses, bans, last }) => {
      const many = `${counted(addresses, 'Adresse oder mehr versuchte', 'Adressen oder mehr versuchten')} es mit dem Konto ${account} (${service})`;
      return `${many}, beginnend am ${dated(since)}; dafür gab es ${counted(bans, 'Sperre', 'Sperren')}, die letzte am ${dated(last)}.`;
    },
    origins: ({ what, attempts, percent: share, countries, organizations }) => {
      const named = (of: typeof countries): string => list(of.map(({ name, count }) => `${name} (${written(count)})`));
      const many = counted(attempts, 'Angriffsversuch', 'Angriffsversuchen');
      const most = `${percent(share)} von ${many} (${what}) kamen aus wenigen Ländern: ${named(countries)}`;
      if (organizations.length === 0) return `${most}.`;
      return `${most}; am häufigsten aus Netzen von ${named(organizations)}.`;
    },
    scanners: ({ addresses, ofAddresses, percent: share, bans, ofBans, names, more }) => {
      const who = names.map((scanner) => `${scanner.name} (${written(scanner.addresses)})`);
      const named = list(more > 0 ? [...who, counted(more, 'weiterer', 'weitere')] : who);
      const many = `${written(addresses)} von ${counted(ofAddresses, 'Adresse', 'Adressen')} (${percent(share)})`;
      return `${many} und ${written(bans)} von ${counted(ofBans, 'Sperre', 'Sperren')} entfallen auf Forschungsscanner: ${named}.`;
    },
    names: ({ groups, ties, attempts }) => {
      const tried = groups.map(({ names, attempts: count }) => {
        return `${list(names)} ${names.length > 1 ? 'je ' : ''}${times(count)}`;
      });
      const others = ties > 0 ? ` (und ${counted(ties, 'weiterer Name', 'weitere Namen')} ebenso oft)` : '';
      const many = counted(attempts, 'Angriffsversuch', 'Angriffsversuchen');
      return `Am häufigsten versuchte Namen, in ${many} mit Namen: ${tried.join('; ')}${others}.`;
    },
  };
}

function summary(write: Writing): SummaryPhrases {
  const { written, counted, percent, list } = write;
  const [onHosts, times] = [hostsIn(write), timesIn(write)];
  const shared = (shares: readonly Share[]): string[] =>
    shares.map(({ name, count, percent: share }) => `${name} (${written(count)}, ${percent(share)})`);
  const tied = (ties: number): string => (ties > 0 ? `; ${written(ties)} weitere mit so vielen wie das Letzte` : '');
  const than = (bans: number, before: EarlierBans | undefined): string => {
    if (before === undefined) return '';
    const when = before.name ?? 'der gleichen Zeit davor';
    if (bans === before.bans) return `, so viele wie in ${when} (${written(before.bans)})`;
    const step = `${written(Math.abs(bans - before.bans))} ${bans > before.bans ? 'mehr' : 'weniger'}`;
    return `, ${step} als in ${when} (${written(before.bans)})`;
  };
  return {
    nothing: ({ period, before }) => `Keine Sperren: ${period}${than(0, before)}.`,
    counts: ({ bans, addresses, countries, hosts, before }) => {
      const unique = counted(addresses, 'Adresse', 'verschiedenen Adressen');
      const from = countries > 0 ? ` aus ${counted(countries, 'Land', 'Ländern')}` : '';
      const where = hosts.length > 0 ? ` ${onHosts(hosts)}` : '';
      return `${counted(bans, 'Sperre', 'Sperren')} von ${unique}${from}${where}${than(bans, before)}.`;
    },
    countries: ({ shares, ties }) =>
      `${shares.length === 1 ? 'Das Land' : 'Die Länder'} mit den meisten Adressen: ${list(shared(shares))}${tied(ties)}.`,
    organizations: ({ shares, ties, all, scanners }) => {
      const research =
        scanners > 0 ? `; ${counted(scanners, 'Adresse gehört', 'Adressen gehören')} Forschungsscannern` : '';
      const most = `${all === 1 ? 'Die Organisation' : 'Die Organisationen'} mit den meisten, von ${written(all)}`;
      return `${most}: ${list(shared(shares))}${tied(ties)}${research}.`;
    },
    deeds: ({ attempts, shares, sentences }) => {
      const did = shares.map(({ name, count, percent: share }) => {
        return `${sentences.get(name) ?? name} (${written(count)}, ${percent(share)})`;
      });
      return `Am häufigsten von ${counted(attempts, 'Angriffsversuch', 'Angriffsversuchen')}: ${list(did)}.`;
    },
    persistent: ({ who, bans, hosts, ties }) => {
      const others = ties > 0 ? `; ${counted(ties, 'andere', 'andere')} ebenso oft` : '';
      return `Am hartnäckigsten war ${who}, ${times(bans)} gesperrt auf ${counted(hosts, 'Host', 'Hosts')}${others}.`;
    },
  };
}

function hostsIn({ written, counted, list }: Writing): (hosts: readonly string[]) => string {
  return (hosts) =>
    `auf ${counted(hosts.length, 'Host', 'Hosts')} (${list(fewOf(hosts, (others) => `${written(others)} weitere`))})`;
}

/** `17-mal`. */
function timesIn({ written }: Writing): (count: number) => string {
  return (count) => `${written(count)}-mal`;
}
