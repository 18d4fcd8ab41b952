/** Notes, the method and drawings in German. */

import { dated, duration, durationDative } from '../../../base/german.ts';
import { GERMAN_FORMS } from '../../../base/german-reasons.ts';
import type { DrawingPhrases, MethodPhrases, NotePhrases, Things } from '../note.ts';
import type { Writing } from '../phrase.ts';

/** One, several, and several in the dative. */
const NOUNS: Readonly<Record<Things, readonly [one: string, many: string, dative: string]>> = {
  addresses: ['Adresse', 'Adressen', 'Adressen'],
  answers: ['Antwort', 'Antworten', 'Antworten'],
  attempts: ['Angriffsversuch', 'Angriffsversuche', 'Angriffsversuchen'],
  bans: ['Sperre', 'Sperren', 'Sperren'],
  countries: ['Land', 'Länder', 'Ländern'],
  lines: ['Zeile', 'Zeilen', 'Zeilen'],
  names: ['Name', 'Namen', 'Namen'],
  networks: ['Netz', 'Netze', 'Netzen'],
  organizations: ['Organisation', 'Organisationen', 'Organisationen'],
  places: ['Ort', 'Orte', 'Orten'],
  targets: ['Ziel', 'Ziele', 'Zielen'],
  types: ['Art', 'Arten', 'Arten'],
};

/** A count after a preposition: `mit 3 Sperren`. */
function dative({ counted }: Writing, count: number, what: Things): string {
  const [one, , many] = NOUNS[what];
  return counted(count, one, many);
}

export function notes(write: Writing): NotePhrases {
  const { written, percent, counted } = write;
  const things = (count: number, what: Things): string => counted(count, NOUNS[what][0], NOUNS[what][1]);
  const of = (count: number, what: Things): string => dative(write, count, what);
  return {
    things,
    ...overlaps(write),
    tie: ({ entries, things: what, each, counts, rank }) =>
      `Rang ${rank} teilen sich ${things(entries, what)} mit je ${of(each, counts)}, zu viele für eine Liste.`,
    others: ({ count, things: what }) => `Dazu kommen ${written(count)} weitere ${NOUNS[what][1]}.`,
    rounded: ({ percent: sum }) => `Gerundet ergeben die Prozentwerte zusammen ${percent(sum)}.`,
    daysIn: ({ zone }) => `Die Tage beginnen um Mitternacht in der Zeitzone ${zone}.`,
    hoursIn: ({ zone }) => `Es zählt die Stunde, in der die Sperre begann, in der Zeitzone ${zone}.`,
    comparedWith: ({ period }) => `Die Prozentwerte beziehen sich auf ${period}.`,
    neighborhoods: ({ several }) => {
      const have = counted(several, 'Netz hat', 'Netze haben');
      return `Ein Netz ist ein /24 (IPv4) oder ein /64 (IPv6). ${have} mehr als eine Sperre.`;
    },
    cameBack: ({ addresses, of: all }) =>
      `${written(addresses)} von ${of(all, 'addresses')} kamen nach einer Sperre wieder.`,
    onSeveralHosts: ({ addresses, of: all }) =>
      `${written(addresses)} von ${of(all, 'addresses')} wurden auf mehreren Hosts gesperrt.`,
    hosts: ({ count, orMore }) => `${counted(count, 'Host', 'Hosts')}${orMore ? ' oder mehr' : ''}`,
    centered: ({ addresses }) =>
      `${things(addresses, 'addresses')} ohne Koordinaten: in der Mitte des Landes eingezeichnet.`,
    offRegion: ({ places }) =>
      places === 1
        ? '1 Ort liegt außerhalb der Karte seiner Region; auf der Weltkarte ist er zu sehen.'
        : `${written(places)} Orte liegen außerhalb der Karten ihrer Regionen; auf der Weltkarte sind sie zu sehen.`,
    inAll: ({ count, things: what }) => `Insgesamt ${things(count, what)}.`,
    sample: ({ bans, of: all }) => `Aus ${of(bans, 'bans')}, gleichmäßig verteilt über alle ${written(all)}.`,
    newest: ({ listed, of: all, things: what }) => `Die neuesten ${written(listed)} von ${of(all, what)}.`,
    length: ({ overMs, upToMs }) => {
      const over = overMs === undefined ? [] : [`über ${duration(overMs)}`];
      return [...over, ...(upToMs === undefined ? [] : [`bis ${duration(upToMs)}`])].join(' ');
    },
    ordinal: ({ number, andLater }) => `${number}.${andLater ? ' und weitere' : ''}`,
    leftOut: ({ rows }) =>
      `${written(rows)} weitere Zeilen fehlen auf dieser Seite; in den Formaten csv und json sind sie enthalten.`,
  };
}

/** What counts in several rows. */
function overlaps({ written, counted }: Writing): Pick<NotePhrases, 'shared' | 'triedSeveral'> {
  return {
    shared: ({ addresses, several, sum }) => {
      const which = counted(addresses, 'Adresse wurde', 'Adressen wurden');
      const where = several === 'services' ? 'unter mehreren Diensten' : 'an mehreren Stellen';
      const each = `${addresses === 1 ? 'zählt' : 'zählen'} in jeder dieser Zeilen, insgesamt aber nur einmal`;
      const note = `${which} ${where} gesperrt und ${each}`;
      if (sum === undefined) return `${note}.`;
      const parts = sum.parts.map((part) => `(${written(part.addresses)} − ${written(part.shared)})`);
      return `${note}: ${parts.join(' + ')} + ${written(addresses)} = ${written(sum.total)}.`;
    },
    triedSeveral: ({ addresses, several }) => {
      const what = {
        kinds: 'mehrere Arten von Angriffen',
        groups: 'Angriffe mehrerer Gruppen',
        services: 'Angriffe auf mehrere Dienste',
      };
      const tried = counted(addresses, 'Adresse versuchte', 'Adressen versuchten');
      const count = addresses === 1 ? 'zählt' : 'zählen';
      return `${tried} ${what[several]} und ${count} in jeder dieser Zeilen, insgesamt aber nur einmal.`;
    },
  };
}

export function method(write: Writing): MethodPhrases {
  const { written, counted } = write;
  const all = (of: number): string => dative(write, of, 'addresses');
  const dropped: MethodPhrases['dropped'] = ({ what, count }) => {
    switch (what) {
      case 'bans':
        return `${counted(count, 'Sperre', 'Sperren')}: mehr Adressen, als ein Bericht fasst.`;
      case 'attempts':
        return `${counted(count, 'Angriffsversuch', 'Angriffsversuche')}: mehr Adressen, als ein Bericht fasst.`;
      case 'names': {
        const tried = counted(count, 'Angriffsversuch', 'Angriffsversuche');
        return `${tried} mit weiteren Benutzernamen: mehr, als ein Bericht fasst.`;
      }
      case 'stories': {
        const bans = dative(write, count, 'bans');
        return `Geschichten zu ${bans}: mehr langsame Angreifer, Netze oder Kampagnen, als unterschieden werden.`;
      }
      case 'networks': {
        const entries = counted(count, 'Eintrag, der verborgen ist', 'Einträgen, die verborgen sind');
        return `Netze von ${entries} oder im Register nicht lesbar geschrieben.`;
      }
    }
  };
  return {
    dropped,
    ...rules(write),
    source: ({ source, bans }) => `${source} (${counted(bans, 'Sperre', 'Sperren')})`,
    furtherSources: ({ count }) => `${counted(count, 'weitere Quelle', 'weitere Quellen')}.`,
    withoutOrigin: ({ bans }) => `${counted(bans, 'Sperre hat', 'Sperren haben')} keine Angaben zur Herkunft.`,
    unknown: ({ countries, organizations, of }) =>
      `Land: bei ${written(countries)} von ${all(of)}. Organisation: bei ${written(organizations)} von ${all(of)}.`,
    moved: ({ addresses }) => {
      const which = counted(addresses, 'Adresse wechselte', 'Adressen wechselten');
      return `${which} das Land oder die Organisation; es zählt die letzte Angabe.`;
    },
    nothingBefore: ({ period }) => `Vergleich mit dem Zeitraum davor (${period}): Das Register hat nichts davon.`,
    begunLate: ({ period, first }) =>
      `Vergleich mit dem Zeitraum davor (${period}): Das Register reicht nur bis zum ${dated(first)} zurück.`,
    imported: ({ bans, from }) =>
      `${counted(bans, 'Sperre', 'Sperren')} aus ${GERMAN_FORMS[from]}, nach dessen Regeln und keinen anderen.`,
  };
}

function rules({ written }: Writing): Pick<MethodPhrases, 'jail' | 'networks' | 'campaigns'> {
  return {
    jail: ({ name, kinds, maxRetry, findTime, banTime, growth, maxBanTime, slow }) => {
      const times = growth === 2 ? 'doppelt' : `${written(growth)}-mal`;
      const again = `mit jeder weiteren Sperre ${times} so lang, höchstens ${duration(maxBanTime)}`;
      const growing = growth === 1 ? '' : ` (${again})`;
      const patient = slow ? `, ebenso ${written(slow.maxRetry)} innerhalb von ${durationDative(slow.findTime)}` : '';
      const [many, lead] = maxRetry === 1 ? ['gewichteter Versuch', 'führt'] : ['gewichtete Versuche', 'führen'];
      const tried = `${written(maxRetry)} ${many} (${kinds.join(', ')}) innerhalb von ${durationDative(findTime)}`;
      return `${name}: ${tried} ${lead} zu einer Sperre von ${durationDative(banTime)}${growing}${patient}.`;
    },
    networks: ({ ipv4, ipv6, findTime }) => {
      const four = `${written(ipv4)} gesperrte Adressen eines /24 (IPv4) innerhalb von ${durationDative(findTime)}`;
      const six = `${written(ipv6)} gesperrte Teile eines /56 oder /48 (IPv6)`;
      return `Netze: ${four} oder ${six} führen zur Sperre des ganzen Netzes.`;
    },
    campaigns: ({ addresses, tries, findTime }) => {
      const many = `Versuchen ${written(addresses)} Adressen innerhalb von ${durationDative(findTime)} dasselbe Konto`;
      return `Kampagnen: ${many}, werden diejenigen gesperrt, die ${written(tries)}-mal scheiterten.`;
    },
  };
}

export function drawing({ written, counted }: Writing): DrawingPhrases {
  const decimal = new Intl.NumberFormat('de', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return {
    duration,
    degrees: (degrees, axis) => {
      const [positive, negative] = axis === 'latitude' ? ['N', 'S'] : ['O', 'W'];
      return `${decimal.format(Math.abs(degrees))}°${degrees < 0 ? negative : positive}`;
    },
    offMap: ({ places }) => `${counted(places, 'Ort', 'Orte')} außerhalb der Karte`,
    mapLegend: ({ ranges, outside }) => {
      const left = outside === 0 ? '' : ` Orte außerhalb der Karte: ${written(outside)}.`;
      return `Adressen je Zeichen: ${ranges.join(', ')}.${left}`;
    },
    timelineLegend: ({ days, highest, attempts, ban }) => {
      const unit = days === 1 ? 'ein Tag' : `${days} Tage`;
      const most = attempts === 1 ? 'ein Angriffsversuch' : `${written(attempts)} Angriffsversuche`;
      return `Ein Zeichen ist ${unit}, ${highest} steht für ${most}, ${ban} für Sperren.`;
    },
    laneSums: ({ attempts, bans }) =>
      `${counted(attempts, 'Versuch', 'Versuche')}, ${counted(bans, 'Sperre', 'Sperren')}`,
    span: ({ from, until }) => `${from} bis ${until}`,
  };
}
