// Which country of Natural Earth is which of ISO 3166-1, and in which part of the world it is shown. For build-map.mjs.

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const known = letters.flatMap((a) =>
  letters.flatMap((b) => {
    const name = names.of(a + b);
    // Not the codes of countries that have others today: Dahomey was DY.
    const isCurrent = Intl.getCanonicalLocales(`und-${a}${b}`)[0] === `und-${a}${b}`;
    return name === undefined || !isCurrent ? [] : [[name, a + b]];
  }),
);

/** What Natural Earth abbreviates or calls otherwise; '' for what has no code of its own. */
const OTHERWISE = {
  Vatican: 'VA',
  'Marshall Is.': 'MH',
  'N. Mariana Is.': 'MP',
  'U.S. Virgin Is.': 'VI',
  'United States of America': 'US',
  'S. Geo. and the Is.': 'GS',
  'Br. Indian Ocean Ter.': 'IO',
  'Saint Helena': 'SH',
  'Pitcairn Is.': 'PN',
  'Falkland Is.': 'FK',
  'Cayman Is.': 'KY',
  'British Virgin Is.': 'VG',
  'Turks and Caicos Is.': 'TC',
  'Trinidad and Tobago': 'TT',
  'St. Kitts and Nevis': 'KN',
  'St. Pierre and Miquelon': 'PM',
  Turkey: 'TR',
  eSwatini: 'SZ',
  'S. Sudan': 'SS',
  Somaliland: '',
  'Solomon Is.': 'SB',
  'São Tomé and Principe': 'ST',
  'St. Vin. and Gren.': 'VC',
  'Saint Lucia': 'LC',
  'Cook Is.': 'CK',
  'W. Sahara': 'EH',
  Macedonia: 'MK',
  Palestine: 'PS',
  'Wallis and Futuna Is.': 'WF',
  'St-Martin': 'MF',
  'St-Barthélemy': 'BL',
  'Fr. Polynesia': 'PF',
  'Fr. S. Antarctic Lands': 'TF',
  Åland: 'AX',
  'Eq. Guinea': 'GQ',
  'Dominican Rep.': 'DO',
  'Faeroe Is.': 'FO',
  'N. Cyprus': '',
  "Côte d'Ivoire": 'CI',
  'Dem. Rep. Congo': 'CD',
  Congo: 'CG',
  Macao: 'MO',
  'Hong Kong': 'HK',
  'Central African Rep.': 'CF',
  'Cabo Verde': 'CV',
  Myanmar: 'MM',
  'Bosnia and Herz.': 'BA',
  'Indian Ocean Ter.': '',
  'Heard I. and McDonald Is.': 'HM',
  'Ashmore and Cartier Is.': '',
  'Antigua and Barb.': 'AG',
  'Siachen Glacier': '',
};

export const CODES = new Map([
  ...known,
  ...known.map(([name, code]) => [name.replace('&', 'and'), code]),
  ...Object.entries(OTHERWISE),
]);

/**
 * Latitude and longitude of what is no country of its own on the map, or too small for it; and of Russia the middle of the
 * part in which nearly all its networks are, which the map of Europe shows.
 */
export const ELSEWHERE = [
  ['BQ', [12.2, -68.3]],
  ['BV', [-54.4, 3.4]],
  ['CC', [-12.2, 96.9]],
  ['CX', [-10.5, 105.6]],
  ['GF', [4.0, -53.1]],
  ['GI', [36.1, -5.3]],
  ['GP', [16.3, -61.6]],
  ['MQ', [14.6, -61.0]],
  ['RE', [-21.1, 55.5]],
  ['SJ', [78.2, 16.0]],
  ['TK', [-9.2, -171.8]],
  ['TV', [-8.5, 179.2]],
  ['UM', [19.3, 166.6]],
  ['YT', [-12.8, 45.2]],
  ['AQ', [-80.0, 0.0]],
  ['RU', [56.0, 44.0]],
];

export const REGIONS = {
  'north-america':
    'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI',
  'south-america': 'AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE',
  europe:
    'AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK',
  africa:
    'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW',
  'west-asia': 'AE AF AM AZ BH CY GE IL IQ IR JO KG KW KZ LB OM PK PS QA SA SY TJ TM TR UZ YE',
  'east-asia': 'BD BN BT CN HK ID IN JP KH KP KR LA LK MM MN MO MV MY NP PH SG TH TL TW VN',
  oceania: 'AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS',
  elsewhere: 'AQ',
};
