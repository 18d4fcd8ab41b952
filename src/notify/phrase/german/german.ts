/** What alerts say, in German; in chats (chat.ts), and here in mails. */
import { dated, duration, durationDative } from '../../../base/german.ts';
import { GERMAN_FORMS } from '../../../base/german-reasons.ts';
import { writerOf } from '../../../base/writer.ts';
import type { DigestNotice, News } from '../../notice.ts';
import type { BanPhrases, BanWords, DigestPhrases, Phrases, ReportPhrases, TestPhrases } from '../phrase.ts';
import { chat } from './chat.ts';

const { written: number, counted, list } = writerOf('de');
const degrees = new Intl.NumberFormat('de', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const months = new Intl.DateTimeFormat('de', { month: 'long', year: 'numeric', timeZone: 'UTC' });

const sperren = (count: number): string => counted(count, 'Sperre', 'Sperren');
const adressen = (count: number): string => counted(count, 'Adresse', 'Adressen');
const auf = (host: string | undefined): string => (host === undefined ? '' : ` auf ${host}`);

const forLength = ({ length }: BanWords): string => (length === undefined ? 'dauerhaft' : `für ${length}`);

/** What became of it, after the name of who was banned. */
function outcome(ban: BanWords): string {
  switch (ban.block) {
    case 'dry-run':
      return `würde ${forLength(ban)} gesperrt (Probelauf)`;
    case 'refused':
      return 'konnte nicht blockiert werden';
    case 'ineffective':
      return 'ist gesperrt und kommt durch';
    default:
      return `${forLength(ban)} gesperrt`;
  }
}

/** As they stand after "weil". */
const NEWS: Readonly<Record<News, string>> = {
  network: 'aus diesem Netz noch niemand gesperrt wurde',
  kind: 'auf diesem Host noch nichts dieser Art zu einer Sperre führte',
  hosts: 'auch andere Hosts diese Adresse gesperrt haben',
  ineffective: 'die Blockade keine Wirkung hat',
  campaign: 'es die erste Adresse einer Kampagne ist',
  wide: 'es ein ganzes Netz ist',
};

const ban: BanPhrases = {
  subject: (given, where) => {
    const after = [...where, ...(given.number > 1 ? [`zum ${number(given.number)}. Mal`] : [])];
    return `${given.jail}: ${given.subject} ${outcome(given)}${after.length === 0 ? '' : ` - ${after.join(', ')}`}`;
  },
  lead: (given) => {
    const { subject, host, until, block } = given;
    const end = until === undefined ? '' : `, bis ${until}`;
    switch (block) {
      case 'dry-run':
        return `${subject} würde auf ${host} ${forLength(given)} gesperrt${end}. Das ist ein Probelauf: Blockiert wurde nichts.`;
      case 'refused':
        return `${subject} sollte auf ${host} ${forLength(given)} gesperrt werden, doch die Firewall hat die Blockade abgelehnt.`;
      case 'ineffective':
        return `${subject} ist auf ${host} ${forLength(given)} gesperrt${end}${end === '' ? ' und' : ', und'} kommt trotzdem durch.`;
      default:
        return `${subject} ist auf ${host} ${forLength(given)} gesperrt${end}.`;
    }
  },
  done: ({ block, until }, why) => {
    const cause = why === undefined || why === '' ? '.' : `: ${why}${/[.!?]$/.test(why) ? '' : '.'}`;
    switch (block) {
      case 'blocked':
        return `Blockiert in der Firewall, ${until === undefined ? 'dauerhaft' : `bis ${until}`}.`;
      case 'pending':
        return 'Die Sperre ist beschlossen; dass die Firewall sie umsetzt, war noch nicht bestätigt, als diese Mail geschrieben wurde.';
      case 'left':
        return 'Den Aktionen des Jails überlassen (ein vorhandenes fail2ban); rapsheet status sagt, wie es ihnen ergeht.';
      case 'dry-run':
        return 'Nichts: Rapsheet sieht nur zu (Probelauf). Sonst wäre die Adresse jetzt blockiert.';
      case 'refused':
        return `Die Firewall hat die Blockade abgelehnt; nichts hält die Adresse auf${cause}`;
      case 'ineffective':
        return `Blockiert in der Firewall, doch es kommen weiter Versuche an${cause}`;
    }
  },
  why: (reason, jail, time) => {
    switch (reason.rule) {
      case 'threshold': {
        const { score, limit, findTime } = reason;
        return `Die Versuche innerhalb von ${durationDative(findTime)} haben zusammen ein Gewicht von ${number(score)}; die Grenze des Jails ${jail} liegt bei ${number(limit)}.`;
      }
      case 'slow': {
        const { score, limit, findTime, since } = reason;
        const slow = `Die Adresse blieb unter der Grenze des Jails ${jail} und machte tagelang weiter`;
        return `${slow}: Ihre Versuche seit ${time(since)} haben zusammen ein Gewicht von ${number(score)}; die Grenze des langen Fensters liegt bei ${number(limit)} in ${durationDative(findTime)}.`;
      }
      case 'wide': {
        const { banned, limit, findTime, size, attacked } = reason;
        const parts = `${counted(banned, 'Teil', 'Teile')} dieses Netzes ${banned === 1 ? 'wurde' : 'wurden'} innerhalb von ${durationDative(findTime)} gesperrt`;
        return `${parts}; für das ganze Netz sind ${number(limit)} nötig. Von seinen ${number(size)} Adressen griffen ${number(attacked)} an.`;
      }
      case 'campaign': {
        const { user, addresses, findTime, service, since } = reason;
        const many = `Die Adresse ist eine von ${adressen(addresses)}, die es innerhalb von ${durationDative(findTime)} mit dem Konto „${user}“ (${service}) versuchten`;
        return `${many}. Die Kampagne begann am ${time(since)}.`;
      }
      case 'manual':
        return `Von Hand gesperrt durch ${reason.by}${reason.why === '' ? ', ohne Angabe eines Grundes' : `: ${reason.why}`}.`;
      case 'imported':
        return `Übernommen aus ${GERMAN_FORMS[reason.from]}${reason.text === '' ? '' : `: ${reason.text}`}.`;
    }
  },
  headings: {
    why: 'Warum',
    tried: 'Was bisher versucht wurde',
    done: 'Was getan wurde',
    lines: 'Die Zeilen, die dazu führten',
    undo: 'Rückgängig machen',
    more: 'Weiterlesen',
  },
  facts: {
    organization: 'Organisation',
    country: 'Land',
    network: 'Netz',
    place: 'Ort',
    bans: 'Akte',
    hosts: 'Gesperrt auf',
    kinds: 'Versuche',
  },
  scanner: (name) => `${name}, ein Forschungsscanner`,
  coordinates: (latitude, longitude) => {
    const [north, east] = [latitude < 0 ? 'S' : 'N', longitude < 0 ? 'W' : 'O'];
    return `${degrees.format(Math.abs(latitude))}° ${north}, ${degrees.format(Math.abs(longitude))}° ${east}`;
  },
  middleOf: (coordinates) => `${coordinates} (die Mitte des Landes; Genaueres ist nicht bekannt)`,
  map: (place) => `Karte: ${place}`,
  record: (bans, first) => (bans === 1 ? 'erste Sperre' : `${number(bans)}. Sperre, die erste am ${first}`),
  line: (path, offset) => `${path}, ab Byte ${offset}`,
  noLines: 'Zu dieser Sperre ist keine Zeile aufbewahrt.',
  commands: {
    unban: 'beendet diese Sperre',
    allow: 'beendet sie und verhindert jede weitere',
    allowOnly: 'verhindert jede Sperre',
    show: 'alles, was darüber vorliegt',
    explain: 'wie es jetzt steht und warum',
  },
  news: (news) => (news.length === 0 ? '' : `Sofort gemeldet, weil ${list(news.map((each) => NEWS[each]))}.`),
  foot: ({ host, id }) => `Rapsheet auf ${host}, Sperre ${id}.`,
};

const OF_SPAN: Readonly<Record<DigestNotice['every'], string>> = {
  hour: 'der Stunde',
  day: 'des Tages',
  week: 'der Woche',
  month: 'des Monats',
};
const EACH_SPAN: Readonly<Record<DigestNotice['every'], string>> = {
  hour: 'jede Stunde',
  day: 'jeden Tag',
  week: 'jede Woche',
  month: 'jeden Monat',
};

const digest: DigestPhrases = {
  subject: ({ every, bans, addresses }, host) => {
    const figures = bans === 0 ? 'keine' : `${sperren(bans)}, ${adressen(addresses)}`;
    return `Sperren ${OF_SPAN[every]}${auf(host)}: ${figures}`;
  },
  lead: ({ bans, addresses, attempts }, { from, until, host }) => {
    const tried = counted(attempts, 'aufgezeichneten Angriffsversuch', 'aufgezeichneten Angriffsversuchen');
    if (bans === 0) return `Von ${from} bis ${until} wurde${auf(host)} niemand gesperrt, bei ${tried}.`;
    return `Von ${from} bis ${until}${auf(host)}: ${sperren(bans)} von ${adressen(addresses)}, mit ${tried}.`;
  },
  headings: {
    held: 'Neu und bisher nicht gemeldet',
    groups: 'Alle Sperren, nach dem, was sie verbindet',
    countries: 'Länder',
    organizations: 'Organisationen',
    kinds: 'Was versucht wurde',
    hosts: 'Hosts',
    more: 'Weiterlesen',
  },
  columns: {
    figure: '',
    now: 'Jetzt',
    before: 'Davor',
    change: 'Änderung',
    who: 'Wer',
    bans: 'Sperren',
    addresses: 'Adressen',
    when: 'Wann',
    where: 'Woher',
  },
  figures: { bans: 'Sperren', addresses: 'Adressen', attempts: 'Versuche' },
  held: 'Diese Sperren wären sofort gemeldet worden, doch die Höchstzahl an Nachrichten pro Stunde war erreicht.',
  heldRest: (bans) => `Dazu ${counted(bans, 'weitere Sperre', 'weitere Sperren')}, für die hier kein Platz ist.`,
  campaign: (account) => `Kampagne gegen „${account}“`,
  rest: (bans) => `Dazu ${counted(bans, 'weitere Sperre', 'weitere Sperren')} in Gruppen, für die hier kein Platz ist.`,
  members: (members, of) => {
    const more = of - members.length;
    return more > 0 ? `${members.join(', ')} und ${number(more)} weitere` : members.join(', ');
  },
  commands: {
    show: 'alles, was über eine Adresse vorliegt',
    list: 'wer jetzt gesperrt ist',
    report: 'der Monat, mit Tabellen und Karten',
  },
  foot: (every) => `Diese Übersicht kommt ${EACH_SPAN[every]}: [alerts] digest.`,
};

/** `Oktober 2026`; other text as it is. */
function monthName(month: string): string {
  return /^\d{4}-(?:0[1-9]|1[0-2])$/.test(month) ? months.format(Date.parse(`${month}-01T00:00:00Z`)) : month;
}

const report: ReportPhrases = {
  subject: (month, host) => `Sperren im ${monthName(month)}${auf(host)}`,
  lead: (month, host) => `Der Bericht für ${monthName(month)}${host === undefined ? '' : ` von ${host}`} ist fertig.`,
  attached: (name) =>
    `Der ganze Bericht hängt an: ${name}. Er lässt sich in jedem Browser öffnen und braucht kein Netz.`,
  tooLarge: (path, megabytes) => `Der ganze Bericht hat ${megabytes} MB, zu viel für eine Mail. Er liegt in ${path}`,
  gone: (path) => `Der ganze Bericht ist dort, wo er geschrieben wurde, nicht mehr zu lesen: ${path}`,
  again: 'erstellt ihn noch einmal',
  foot: 'Ein Bericht kommt einmal im Monat: [alerts] report.',
};

const test: TestPhrases = {
  subject: 'Test: Mails von Rapsheet kommen an',
  lead: (by) => `Das ist ein Test, um den ${by} gebeten hat. Mails kommen an.`,
  text: 'So, und zwar sofort, kommen Sperren, die etwas Neues sind; alles andere kommt mit der Übersicht.',
  foot: 'rapsheet notify test',
};

export const german: Phrases = {
  ...{ language: 'de', number, duration, list, unknown: 'unbekannt' },
  moment: (local, zone) => {
    const [day = '', time = ''] = local.split(' ');
    return `${dated(day)} ${time} ${zone}`;
  },
  networkType: {
    hosting: 'Mietserver',
    access: 'Internetanschlüsse und Mobilfunk',
    business: 'ein Unternehmen',
    education: 'eine Schule oder Hochschule',
    government: 'eine Behörde',
    vpn: 'Ausgänge eines VPN oder Proxys',
    scanner: 'ein Forschungsscanner',
  },
  ...{ ban, digest, report, test, chat },
};
