/**
 * Time zones as fail2ban knows them: an abbreviation, an offset, or both added up. An abbreviation is always the same
 * number of minutes, whatever the season.
 */

/** Minutes east of Greenwich. Where several zones share an abbreviation, this is the one that fail2ban means. */
const OFFSETS: ReadonlyMap<string, number> = new Map(
  [
    '-720:Y',
    '-660:X NUT SST',
    '-600:CKT HAST HST TAHT TKT W',
    '-570:MART MIT',
    '-540:AKST GAMT GIT HADT HNY V',
    '-480:AKDT CIST HAY HNP PST PT U',
    '-420:HAP HNR MST PDT T',
    '-360:CST EAST GALT HAR HNC MDT S',
    '-300:CDT COT EASST ECT EST ET HAC HNE PET R',
    '-270:HLV VET',
    '-240:AST BOT CLT COST EDT FKT GYT HAE HNA PYT Q',
    '-210:HNT NST NT',
    '-180:ADT ART BRT CLST FKST GFT HAA P PMST PYST SRT UYT WGT',
    '-150:HAT NDT',
    '-120:BRST FNT O PMDT UYST WGST',
    '-60:AZOT CVT EGT N',
    '0:EGST GMT UTC WET WT Z',
    '60:A CET DFT WAT WEDT WEST',
    '120:B CAT CEDT CEST EET SAST WAST',
    '180:C EAT EEDT EEST IDT MSK',
    '210:IRST',
    '240:AMT AZT D GET GST KUYT MSD MUT RET SAMT SCT',
    '270:AFT IRDT',
    '300:AMST AQTT AZST E HMT MAWT MVT PKT TFT TJT TMT UZT YEKT',
    '330:SLT',
    '345:NPT',
    '360:ALMT BIOT BTT F IOT KGT NOVT OMST YEKST',
    '390:CCT MMT',
    '420:CXT DAVT G HOVT ICT KRAT NOVST OMSST THA WIB',
    '480:ACT AWST BDT BNT CAST H HKT IRKT KRAST MYT PHT SGT ULAT WITA WST',
    '540:AWDT I IRKST JST KST PWT TLT WDT WIT YAKT',
    '570:ACST',
    '600:AEST ChST K PGT VLAT YAKST YAPT',
    '630:ACDT LHST',
    '660:AEDT L LHDT MAGT NCT PONT SBT VLAST VUT',
    '690:NFT',
    '720:ANAST ANAT FJT GILT M MAGST MHT NZST PETST PETT TVT WFT',
    '780:FJST NZDT',
  ].flatMap((line) => {
    const [minutes = '', names = ''] = line.split(':');
    return names.split(' ').map((name): [string, number] => [name, Number(minutes)]);
  }),
);

/** Minutes to be taken from local time; undefined when it is no zone. `CET`, `+0130`, `GMT+01:30`, `Z`. */
export function zoneOffset(text: string): number | undefined {
  const match = /^([A-Z](?:[A-Z]{2,4})?)?(?:([+-])([01]\d)(?::?(\d{2}))?)?\n?$/.exec(text);
  if (!match) return undefined;
  const [, name, sign, hours = '0', minutes = '0'] = match;
  const base = name === undefined ? 0 : OFFSETS.get(name);
  if (base === undefined) return undefined;
  return base + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
