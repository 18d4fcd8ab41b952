/** Everybody who is not banned: visitors, search engines, mail senders, the owner, and strangers who try something once. */
import { part } from './cast.ts';
import type { Holding } from './networks.ts';
import type { City } from './places.ts';
import { type Random, shuffled } from './random.ts';

/** The owner at home: the only one who logs in. */
export const OWNER = '198.19.0.23';
/** The owner's phone, mostly at home, too. */
export const OWNER_PHONE = '198.19.0.24';

type Row = readonly [organization: string, asn: number, city: City];

const VISITORS: readonly Row[] = [
  ['Comcast Cable Communications, LLC', 7922, 'Philadelphia'],
  ['Verizon Business', 701, 'New York'],
  ['AT&T Enterprises, LLC', 7018, 'Dallas'],
  ['Charter Communications Inc', 20115, 'Los Angeles'],
  ['Rogers Communications Canada Inc.', 812, 'Montreal'],
  ['Deutsche Telekom AG', 3320, 'Berlin'],
  ['Vodafone GmbH', 3209, 'Cologne'],
  ['Orange S.A.', 3215, 'Paris'],
  ['British Telecommunications PLC', 2856, 'London'],
  ['KPN B.V.', 1136, 'Amsterdam'],
  ['eir Broadband', 5466, 'Dublin'],
  ['Telia Company AB', 3301, 'Stockholm'],
  ['Swisscom AG', 3303, 'Zurich'],
  ['A1 Telekom Austria AG', 8447, 'Vienna'],
  ['Telstra Limited', 1221, 'Sydney'],
  ['NTT Communications', 4713, 'Tokyo'],
  ['Singtel', 9506, 'Singapore'],
];

const CRAWLERS: readonly Row[] = [
  ['Google LLC', 15169, 'Mountain View'],
  ['Microsoft Corporation', 8075, 'Redmond'],
  ['Yandex LLC', 13238, 'Moscow'],
  ['Apple Inc.', 714, 'Santa Clara'],
];

const MAILERS: readonly Row[] = [
  ['Google LLC', 15169, 'Mountain View'],
  ['Microsoft Corporation', 8075, 'Boydton'],
  ['Mailbox Example GmbH', 64510, 'Berlin'],
  ['Newsletter Example Inc.', 64511, 'Chicago'],
];

const STRANGERS: readonly Row[] = [
  ['Claro NXT', 28573, 'Sao Paulo'],
  ['Telkom Indonesia', 7713, 'Jakarta'],
  ['Viettel Group', 7552, 'Hanoi'],
  ['Bharti Airtel', 24560, 'Mumbai'],
  ['Rostelecom', 12389, 'Moscow'],
  ['Turk Telekom', 9121, 'Ankara'],
  ['Chinanet', 4134, 'Guangzhou'],
  ['China Unicom', 4837, 'Beijing'],
  ['Korea Telecom', 4766, 'Seoul'],
  ['Chunghwa Telecom', 3462, 'Taipei'],
  ['Hetzner Online GmbH', 24940, 'Falkenstein'],
  ['OVH SAS', 16276, 'Roubaix'],
  ['DigitalOcean, LLC', 14061, 'New York'],
  ['Google LLC', 396982, 'Ashburn'],
];

/** The third octets of 198.19.0.0/16 at which each part of the crowd begins. */
const BASES = { owner: 0, visitors: 1, crawlers: 64, mailers: 80, strangers: 128 } as const;

export const CROWD_HOLDINGS: readonly Holding[] = [
  ...holdings([['Comcast Cable Communications, LLC', 7922, 'Philadelphia']], BASES.owner, "the owner's home"),
  ...holdings(VISITORS, BASES.visitors, 'visitors'),
  ...holdings(CRAWLERS, BASES.crawlers, 'search engine'),
  ...holdings(MAILERS, BASES.mailers, 'sends mail'),
  ...holdings(STRANGERS, BASES.strangers, 'tries something now and then'),
];

export function visitorAddress(random: Random): string {
  return addressIn(BASES.visitors + random.whole(0, VISITORS.length - 1), random);
}

/** One of the few machines of a search engine, by the engine's place in the list. */
export function crawlerAddress(engine: number, random: Random): string {
  return `198.19.${BASES.crawlers + (engine % CRAWLERS.length)}.${random.whole(10, 22)}`;
}

/** One of the few machines of a mail sender. */
export function mailerAddress(sender: number, random: Random): string {
  return `198.19.${BASES.mailers + (sender % MAILERS.length)}.${random.whole(40, 55)}`;
}

/** Every stranger's address once, in an order of chance. */
export function strangers(random: Random): string[] {
  const all = STRANGERS.flatMap((_, index) =>
    Array.from({ length: 253 }, (__, host) => `198.19.${BASES.strangers + index}.${host + 1}`),
  );
  return shuffled(all, random);
}

function addressIn(thirdOctet: number, random: Random): string {
  return `198.19.${thirdOctet}.${random.whole(1, 254)}`;
}

function holdings(rows: readonly Row[], base: number, note: string): Holding[] {
  return rows.map(([organization, asn, city], index) => ({
    network: `198.19.${base + index}.0/24`,
    part: part(organization, asn, city, { note }),
  }));
}
