/**
 * The cast of the story: which organization's networks attack from which city, with how many addresses. Together they
 * are the article's countries and organizations. The numbers say how many addresses exist, not what the report must
 * print: that comes out of their log lines. Numbers 64496 and up stand in where the article names no ASN.
 */
import type { MannerName } from './manners.ts';
import type { City } from './places.ts';

export interface Part {
  readonly organization: string;
  readonly asn: number;
  readonly city: City;
  /** Addresses that get banned as web attackers, as mail attackers, as both, as SSH attackers only. */
  readonly web: number;
  readonly mail: number;
  readonly both: number;
  readonly ssh: number;
  /** What they do to a mail server. */
  readonly manners: readonly MannerName[];
  /** How often each of them is banned by the mail server, where the story fixes it; 0 where chance decides. */
  readonly mailBans: number;
  readonly note: string;
}

const SCAN: readonly MannerName[] = ['http', 'handshake', 'binary'];
const CLOUD: readonly MannerName[] = ['http', 'sasl', 'handshake', 'pipelining'];
const SASL: readonly MannerName[] = ['sasl'];
const HELO: readonly MannerName[] = ['helo', 'sasl'];
const LOGIN: readonly MannerName[] = ['imap', 'imap', 'pop3'];
const RELAY: Partial<Part> = { mail: 1, manners: ['relay'], mailBans: 1 };
const SCANNER = 'research scanner';

const UNITED_STATES: readonly Part[] = [
  part('Microsoft Corporation', 8075, 'Boydton', { web: 31 }),
  part('DigitalOcean, LLC', 14061, 'New York', { web: 25, mail: 5, both: 1, manners: CLOUD }),
  part('Internet Utilities Europe & Asia', 206092, 'Los Angeles', { web: 3 }),
  part('Datacamp, Limited', 212238, 'Chicago', { web: 15 }),
  part('Alibaba US Technology Co., Ltd.', 45102, 'Santa Clara', { web: 5 }),
  part('Amazon.com, Inc.', 16509, 'Ashburn', { web: 11, mail: 7, manners: CLOUD }),
  part('Google LLC', 396982, 'Dallas', { web: 14, mail: 1, ssh: 1, manners: ['http'] }),
  part('Akamai Connected Cloud', 63949, 'Fremont', { web: 9, ssh: 1 }),
  part('The Constant Company, LLC', 20473, 'Chicago', { web: 8 }),
  part('OVH SAS', 16276, 'Ashburn', { web: 5 }),
  part('HostPapa', 36352, 'Buffalo', { web: 6, mail: 2, both: 1, manners: SASL }),
  part('M247 Europe SRL', 9009, 'Los Angeles', { web: 4 }),
  part('GoDaddy.com, LLC', 26496, 'Phoenix', { web: 4 }),
  part('Contabo Inc.', 40021, 'Seattle', { web: 4 }),
  part('Censys, Inc.', 398324, 'Ann Arbor', { mail: 18, manners: SCAN, note: SCANNER }),
  part('Censys, Inc.', 398705, 'Ann Arbor', { mail: 12, manners: SCAN, note: SCANNER }),
  part('Censys, Inc.', 398722, 'Chicago', { mail: 10, manners: SCAN, note: SCANNER }),
  part('Cogent Communications', 174, 'New York', { mail: 6, manners: HELO }),
  part('Cheapy.host, LLC', 64499, 'Dallas', { mail: 6, manners: SASL }),
  part('Ucloud Information Technology', 135377, 'Los Angeles', { mail: 2, manners: CLOUD }),
  part('The Shadowserver Foundation', 64500, 'Fremont', { mail: 3, manners: SCAN, note: SCANNER }),
  part('Shodan', 64501, 'Los Angeles', { mail: 1, manners: SCAN, note: SCANNER }),
  part('Stretchoid', 64502, 'Santa Clara', { mail: 2, manners: ['http', 'binary'], note: SCANNER }),
];

const SINGAPORE_AND_IRELAND: readonly Part[] = [
  part('Microsoft Corporation', 8075, 'Singapore', { web: 5 }),
  part('DigitalOcean, LLC', 14061, 'Singapore', { web: 38, mail: 1, manners: CLOUD }),
  part('Internet Utilities Europe & Asia', 206092, 'Singapore', { web: 36 }),
  part('Datacamp, Limited', 212238, 'Singapore', { web: 9 }),
  part('Alibaba US Technology Co., Ltd.', 45102, 'Singapore', { web: 22 }),
  part('Amazon.com, Inc.', 16509, 'Singapore', { web: 15 }),
  part('Tencent Building, Kejizhongyi Avenue', 132203, 'Singapore', { web: 12, ssh: 1 }),
  part('Akamai Connected Cloud', 63949, 'Singapore', { web: 6 }),
  part('OVH SAS', 16276, 'Singapore', { web: 3 }),
  part('Ucloud Information Technology', 135377, 'Singapore', { mail: 1, manners: CLOUD }),
  part('Microsoft Corporation', 8075, 'Dublin', { web: 80 }),
  part('Amazon.com, Inc.', 16509, 'Dublin', { web: 12 }),
  part('Google LLC', 396982, 'Dublin', { web: 5 }),
  part('Packethub S.A.', 136787, 'Dublin', { web: 4 }),
  part('Blacknight Internet Solutions', 39122, 'Dublin', { web: 3 }),
];

const EUROPE: readonly Part[] = [
  part('DigitalOcean, LLC', 14061, 'Frankfurt', { web: 8, mail: 4, manners: CLOUD }),
  part('Hetzner Online GmbH', 24940, 'Falkenstein', { web: 10, mail: 3, ssh: 1, manners: SASL }),
  part('Contabo GmbH', 51167, 'Nuremberg', { web: 8, mail: 3, both: 1, manners: CLOUD }),
  part('netcup GmbH', 197540, 'Karlsruhe', { web: 4, mail: 1, manners: HELO }),
  part('IONOS SE', 8560, 'Berlin', { web: 4, mail: 1, manners: SASL }),
  part('Host Europe GmbH', 20773, 'Cologne', { web: 2 }),
  part('Google LLC', 396982, 'Frankfurt', { web: 2 }),
  part('Akamai Connected Cloud', 63949, 'Frankfurt', { web: 2 }),
  part('Censys, Inc.', 398705, 'Frankfurt', { mail: 18, manners: SCAN, note: SCANNER }),
  part('Amazon.com, Inc.', 16509, 'Frankfurt', { mail: 2, manners: CLOUD }),
  part('Ucloud Information Technology', 135377, 'Frankfurt', { mail: 1, manners: CLOUD }),
  part('Microsoft Corporation', 8075, 'Amsterdam', { web: 6 }),
  part('DigitalOcean, LLC', 14061, 'Amsterdam', { web: 7, mail: 3, manners: CLOUD }),
  part('LeaseWeb Netherlands B.V.', 60781, 'Amsterdam', { web: 6, mail: 1, manners: SASL }),
  part('WorldStream B.V.', 49981, 'Naaldwijk', { web: 5, ssh: 1 }),
  part('KProHost LLC', 64497, 'Amsterdam', { web: 2, mail: 3, both: 1, manners: LOGIN, mailBans: 8 }),
  part('Serverius Holding B.V.', 50673, 'Dronten', { web: 4, mail: 1, manners: HELO }),
  part('IP Volume, Inc.', 202425, 'Amsterdam', { mail: 6, manners: CLOUD }),
  part('Ucloud Information Technology', 135377, 'Amsterdam', { mail: 1, manners: CLOUD }),
  part('Shodan', 64501, 'Amsterdam', { mail: 2, manners: SCAN, note: SCANNER }),
  part('Microsoft Corporation', 8075, 'London', { web: 2 }),
  part('DigitalOcean, LLC', 14061, 'London', { web: 6, mail: 2, manners: CLOUD }),
  part('Internet Utilities Europe & Asia', 206092, 'London', { web: 12 }),
  part('Datacamp, Limited', 212238, 'London', { web: 7 }),
  part('OVH SAS', 16276, 'London', { web: 2 }),
  part('M247 Europe SRL', 9009, 'Manchester', { web: 3, mail: 1, manners: HELO }),
  part('Hydra Communications Ltd', 25369, 'London', { web: 2, mail: 2, ssh: 1, manners: SASL }),
  part('Amazon.com, Inc.', 16509, 'London', { mail: 1, manners: ['http'] }),
  part('Ucloud Information Technology', 135377, 'London', { mail: 1, manners: CLOUD }),
  part('Railnet', 64498, 'Istanbul', { mail: 6, manners: LOGIN, mailBans: 9 }),
  part('Netinternet Bilisim', 51559, 'Ankara', { mail: 1, manners: LOGIN, mailBans: 3 }),
  part('Turk Telekom', 9121, 'Ankara', { web: 2 }),
  part('OVH SAS', 16276, 'Roubaix', { web: 5, mail: 1, manners: SASL }),
  part('Scaleway', 12876, 'Paris', { web: 3, mail: 2, manners: HELO }),
  part('Internet Utilities Europe & Asia', 206092, 'Paris', { web: 4 }),
  part('Datacamp, Limited', 212238, 'Paris', { web: 3 }),
  part('JSC Selectel', 49505, 'Saint Petersburg', { web: 3, mail: 1, manners: LOGIN, mailBans: 4 }),
  part('TimeWeb Ltd.', 9123, 'Saint Petersburg', { web: 3, ...RELAY }),
  part('Beget LLC', 198610, 'Moscow', { web: 2, mail: 1, manners: SASL }),
  part('Rostelecom', 12389, 'Moscow', { web: 1 }),
  part('M247 Europe SRL', 9009, 'Stockholm', { web: 3, mail: 1, manners: SASL }),
  part('Orange Polska', 5617, 'Warsaw', { web: 2, ...RELAY }),
  part('OVH SAS', 16276, 'Warsaw', { web: 1, mail: 1, manners: SASL }),
  part('M247 Europe SRL', 9009, 'Bucharest', { web: 2, ...RELAY }),
  part('Tamatiya EOOD', 50360, 'Sofia', { web: 1, mail: 2, manners: SASL }),
  part('Neterra Ltd.', 34224, 'Sofia', RELAY),
  part('Kyivstar', 15895, 'Kyiv', { web: 2, ...RELAY }),
  part('Aruba S.p.A.', 31034, 'Arezzo', { web: 2 }),
  part('Telefonica de Espana', 3352, 'Madrid', { web: 1 }),
];

const ASIA: readonly Part[] = [
  part('Hangzhou Alibaba Advertising Co.,Ltd.', 37963, 'Hangzhou', { web: 11 }),
  part('Shenzhen Tencent Computer Systems', 45090, 'Shenzhen', { web: 9, mail: 1, manners: LOGIN, mailBans: 5 }),
  part('Chinanet', 4134, 'Guangzhou', { web: 7, mail: 1, ssh: 1, manners: LOGIN, mailBans: 5 }),
  part('China Unicom', 4837, 'Beijing', { web: 5 }),
  part('Huawei Cloud', 55990, 'Shanghai', { web: 3 }),
  part('China Mobile', 9808, 'Beijing', { web: 2 }),
  part('Microsoft Corporation', 8075, 'Tokyo', { web: 2 }),
  part('Internet Utilities Europe & Asia', 206092, 'Tokyo', { web: 13 }),
  part('Datacamp, Limited', 212238, 'Tokyo', { web: 6 }),
  part('Alibaba US Technology Co., Ltd.', 45102, 'Tokyo', { web: 2 }),
  part('SAKURA Internet Inc.', 9370, 'Osaka', { web: 4 }),
  part('Akamai Connected Cloud', 63949, 'Tokyo', { web: 3 }),
  part('Amazon.com, Inc.', 16509, 'Tokyo', { web: 2, mail: 1, manners: ['http'] }),
  part('Tencent Building, Kejizhongyi Avenue', 132203, 'Tokyo', { web: 1 }),
  part('Ucloud Information Technology', 135377, 'Hong Kong', { mail: 11, manners: CLOUD }),
  part('Alibaba US Technology Co., Ltd.', 45102, 'Hong Kong', { web: 1, mail: 2, manners: CLOUD }),
  part('Tencent Building, Kejizhongyi Avenue', 132203, 'Hong Kong', { web: 3, mail: 1, manners: CLOUD }),
  part('Cloudie Limited', 55933, 'Hong Kong', { web: 2 }),
  part('Huawei Cloud', 136907, 'Hong Kong', { web: 2 }),
  part('PCCW', 4760, 'Hong Kong', { web: 2 }),
  part('Hong Kong Broadband Network', 9269, 'Hong Kong', { web: 1 }),
  part('DigitalOcean, LLC', 14061, 'Bengaluru', { web: 4 }),
  part('E2E Networks Limited', 132420, 'Mumbai', { web: 2, ...RELAY }),
  part('Bharti Airtel', 24560, 'Mumbai', { web: 2 }),
  part('Korea Telecom', 4766, 'Seoul', { web: 3, ssh: 1 }),
  part('SK Broadband', 9318, 'Seoul', { web: 2 }),
  part('LG DACOM', 3786, 'Seoul', { web: 2 }),
  part('VNPT', 45899, 'Hanoi', { web: 3, mail: 1, ssh: 1, manners: LOGIN, mailBans: 3 }),
  part('Viettel Group', 7552, 'Ho Chi Minh City', { web: 2, ...RELAY }),
  part('Telkom Indonesia', 7713, 'Jakarta', { web: 3 }),
  part('Chunghwa Telecom', 3462, 'Taipei', { web: 3 }),
  part('True Internet', 7470, 'Bangkok', { web: 1 }),
  part('Iran Telecommunication Company', 58224, 'Tehran', { ssh: 1 }),
];

const ELSEWHERE: readonly Part[] = [
  part('DigitalOcean, LLC', 14061, 'Sydney', { web: 2 }),
  part('Internet Utilities Europe & Asia', 206092, 'Sydney', { web: 13 }),
  part('Datacamp, Limited', 212238, 'Melbourne', { web: 3 }),
  part('The Constant Company, LLC', 20473, 'Melbourne', { web: 3 }),
  part('Binary Lane', 38880, 'Brisbane', { web: 2 }),
  part('Akamai Connected Cloud', 63949, 'Sydney', { web: 2 }),
  part('DigitalOcean, LLC', 14061, 'Montreal', { web: 1, mail: 1, manners: CLOUD }),
  part('Datacamp, Limited', 212238, 'Montreal', { web: 2 }),
  part('OVH SAS', 16276, 'Beauharnois', { web: 6, mail: 2, manners: SASL }),
  part('Claro NXT', 28573, 'Sao Paulo', { web: 2, ...RELAY }),
  part('Locaweb', 27715, 'Sao Paulo', { web: 2 }),
  part('Vivo', 27699, 'Sao Paulo', { web: 2 }),
];

/** Everyone but the few that the story tells of by name (stories.ts). */
export const CAST: readonly Part[] = [...UNITED_STATES, ...SINGAPORE_AND_IRELAND, ...EUROPE, ...ASIA, ...ELSEWHERE];

/** A part by what is said of it, with nothing where nothing is said. */
export function part(organization: string, asn: number, city: City, rest: Partial<Part>): Part {
  return { organization, asn, city, web: 0, mail: 0, both: 0, ssh: 0, manners: [], mailBans: 0, note: '', ...rest };
}
