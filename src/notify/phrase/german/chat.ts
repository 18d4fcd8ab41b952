/** What chats say, in German. */
import { duration, durationDative } from '../../../base/german.ts';
import { germanReason } from '../../../base/german-reasons.ts';
import { writerOf } from '../../../base/writer.ts';
import type { ToldBan } from '../../notice.ts';
import type { ChatPhrases } from '../chat.ts';

const { written, counted } = writerOf('de');
const bans = (count: number): string => counted(count, 'Sperre', 'Sperren');
const addresses = (count: number): string => counted(count, 'Adresse', 'Adressen');

const EVERY = { hour: 'Stunde', day: 'Tag', week: 'Woche', month: 'Monat' } as const;

/** How the title of a ban begins. */
const TITLES: Readonly<Record<ToldBan['block'], string>> = {
  blocked: 'Gesperrt',
  pending: 'Gesperrt',
  left: 'Gesperrt',
  'dry-run': 'Würde gesperrt (Probelauf)',
  refused: 'Ohne Wirkung gesperrt',
  ineffective: 'Ohne Wirkung gesperrt',
};

export const chat: ChatPhrases = {
  labels: {
    who: 'Wer: ',
    news: 'Neu: ',
    why: 'Grund: ',
    done: 'Folge: ',
    record: 'Akte: ',
    undo: 'Aufheben: ',
    more: 'Mehr: ',
    countries: 'Länder: ',
    organizations: 'Organisationen: ',
    kinds: 'Arten: ',
    hosts: 'Hosts: ',
    held: 'Zurückgehaltene Neuigkeiten: ',
  },
  news: {
    network: 'aus diesem Netz wurde noch niemand gesperrt',
    kind: 'zum ersten Mal etwas dieser Art auf diesem Host',
    hosts: 'auch andere Hosts haben die Adresse gesperrt',
    ineffective: 'die Blockade hat keine Wirkung',
    campaign: 'die erste Adresse einer Kampagne',
    wide: 'ein ganzes Netz',
  },
  banTitle: ({ block }, { subject, host, kind, where }) => {
    const from = where.length === 0 ? [] : [' (', ...where, ')'];
    return [`${TITLES[block]}: `, subject, ...from, ' auf ', host, ', ', kind];
  },
  originUnknown: 'Herkunft unbekannt',
  scanner: (name) => ['Forschungsscanner ', name],
  jail: (name) => ['Jail ', name],
  threshold: ({ score, limit, findTime }, counts) => [
    ...counts,
    ` in ${durationDative(findTime)} (gewertet als ${written(score)}, die Grenze liegt bei ${written(limit)})`,
  ],
  byHand: (by, why) => ['von Hand, durch ', by, ...(why === undefined ? [] : [': ', why])],
  reason: (reason) => germanReason(reason, written),
  done: (block, end, because) => {
    const length = end === undefined ? 'auf Dauer' : `für ${duration(end.ms)}, bis ${end.until}`;
    switch (block) {
      case 'blocked':
        return [`blockiert ${length}`];
      case 'pending':
        return [`gesperrt ${length}; die Blockade ist unterwegs`];
      case 'left':
        return [`gesperrt ${length}; die Aktionen des Jails blockieren die Adresse`];
      case 'dry-run':
        return [`keine, ein Probelauf; sonst wäre die Adresse blockiert ${length}`];
      case 'refused':
        return [`NICHT blockiert, obwohl gesperrt ${length}`, ...because];
      case 'ineffective':
        return [`blockiert ${length}, und die Adresse kommt trotzdem durch`, ...because];
    }
  },
  record: (times, hosts, counts) => {
    const often =
      times.bans <= 1 ? 'zum ersten Mal gesperrt' : `${written(times.bans)}-mal gesperrt seit ${times.first}`;
    return [`${often}, auf `, ...hosts, ...(counts.length === 0 ? [] : ['; insgesamt ', ...counts])];
  },
  otherHosts: (count) => ` und ${counted(count, 'weiterem Host', 'weiteren Hosts')}`,
  held: ({ subject, host, kind, where }) => [
    subject,
    ...(where.length === 0 ? [] : [' (', ...where, ')']),
    ...[' auf ', host, ', ', kind],
  ],
  bans,
  figures: (figures) =>
    `${bans(figures.bans)}, ${addresses(figures.addresses)}, ${counted(figures.attempts, 'Angriffsversuch', 'Angriffsversuche')}`,
  digestTitle: (every, host, figures) => [EVERY[every], ...(host === undefined ? [] : [' auf ', host]), `: ${figures}`],
  span: (from, until, figures) => `Von ${from} bis ${until}: ${figures}.`,
  before: (figures) => `Davor: ${figures}.`,
  campaign: (account) => ['Kampagne gegen ', account],
  group: (group) => `${bans(group.bans)} von ${counted(group.addresses, 'Adresse', 'Adressen')}`,
  rest: (count) => `und ${bans(count)} kleinerer Gruppen`,
  reportTitle: (month, host) => ['Bericht ', ...(host === undefined ? [] : ['von ', host, ' ']), 'für ', month],
  reportPath: (path) => ['Er liegt in ', path],
  testTitle: 'Test von Rapsheet',
  test: (by, time) => ['Nachrichten kommen hier an. Gesendet von ', by, `, ${time}.`],
  link: 'Mehr ansehen',
};
