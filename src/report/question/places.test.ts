import { describe, expect, test } from 'vitest';
import type { Origin } from '../../model.ts';
import { audit, makeReport } from '../report.ts';
import { banOf, cellsIn, optionsOf, originOf, recordsOf, tableOf } from '../testing/records.ts';

/** A ban of each address by where it is; the same address again for a later one. */
function reportOf(bans: ReadonlyArray<readonly [subject: string, origin: Partial<Origin>]>, language = 'en') {
  const list = bans.map(([subject, origin]) => banOf({ subject, origin: originOf(origin) }));
  return makeReport(recordsOf({ bans: list }), optionsOf({ language }));
}

const BERLIN = { country: 'DE', latitude: 52.52, longitude: 13.41 };

describe('places', () => {
  const keys = ['country', 'place', 'addresses'];

  test('places() counts addresses of a city together, to a tenth of a degree', () => {
    const report = reportOf([
      ['192.0.2.1', BERLIN],
      ['192.0.2.2', { ...BERLIN, latitude: 52.48 }],
      ['192.0.2.3', { country: 'DE', latitude: 50.1, longitude: 8.7 }],
    ]);

    expect(audit(report)).toEqual([]);
    expect(cellsIn(tableOf(report, 'places'), keys)).toEqual([
      ['Germany', '52.5°N, 13.4°E', 2],
      ['Germany', '50.1°N, 8.7°E', 1],
      ['total', null, 3],
    ]);
  });

  test('places() puts what has no coordinates, or impossible ones, at the center of its country, and says how many', () => {
    const report = reportOf([
      ['192.0.2.1', { country: 'SG' }],
      ['192.0.2.2', { country: 'SG', latitude: 91, longitude: 0 }],
      ['192.0.2.3', { country: 'SG', latitude: Number.NaN, longitude: 0 }],
    ]);
    const table = tableOf(report, 'places');

    expect(cellsIn(table, [...keys, 'latitude', 'longitude'])[0]).toEqual([
      'Singapore',
      'center of the country',
      3,
      1.4,
      103.8,
    ]);
    expect(table.notes).toContain('3 addresses without coordinates: shown at the center of the country.');
  });

  test('places() tells apart what is on no map and what is unknown', () => {
    const report = reportOf([
      ['192.0.2.1', { country: 'ZZ' }],
      ['192.0.2.2', {}],
      ['192.0.2.3', { latitude: 10, longitude: 10 }],
    ]);

    expect(cellsIn(tableOf(report, 'places'), ['country', 'addresses'])).toEqual([
      ['', 1],
      ['not on the map', 1],
      ['unknown', 1],
      ['total', 3],
    ]);
  });

  test('places() forgets coordinates when the country of an address changes, and keeps them when it does not', () => {
    const moved = reportOf([
      ['192.0.2.1', BERLIN],
      ['192.0.2.1', { country: 'NL' }],
      ['192.0.2.2', BERLIN],
      ['192.0.2.2', { country: 'DE' }],
    ]);

    expect(cellsIn(tableOf(moved, 'places'), keys).slice(0, 2)).toEqual([
      ['Germany', '52.5°N, 13.4°E', 1],
      ['Netherlands', 'center of the country', 1],
    ]);
  });
});

describe('regions', () => {
  test('places() sums regions from their countries, in the language of the report', () => {
    const report = reportOf(
      [
        ['192.0.2.1', BERLIN],
        ['192.0.2.2', { country: 'NL' }],
        ['192.0.2.3', { country: 'SG' }],
        ['192.0.2.4', {}],
      ],
      'de',
    );

    expect(audit(report)).toEqual([]);
    expect(cellsIn(tableOf(report, 'regions'), ['region', 'addresses', 'countries'])).toEqual([
      ['Europa', 2, 2],
      ['Ost- und Südasien', 1, 1],
      ['unbekannt oder anderswo', 1, null],
      ['gesamt', 4, null],
    ]);
  });

  test('maps of regions together have the addresses of the table of regions', () => {
    const report = reportOf([
      ['192.0.2.1', BERLIN],
      ['192.0.2.2', { country: 'NL' }],
      ['192.0.2.3', { country: 'SG' }],
    ]);
    const totals = report.drawn.map((table) => [table.name, table.total?.addresses]);

    expect(totals).toEqual([
      ['map-world', 3],
      ['map-europe', 2],
      ['map-east-asia', 1],
    ]);
  });

  test.each([
    [
      'en',
      '1 place lies off the map of its region; the map of the world has it.',
      '2 places lie off the maps of their regions; the map of the world has them.',
    ],
    [
      'de',
      '1 Ort liegt außerhalb der Karte seiner Region; auf der Weltkarte ist er zu sehen.',
      '2 Orte liegen außerhalb der Karten ihrer Regionen; auf der Weltkarte sind sie zu sehen.',
    ],
  ])('there is no map of a region with nothing on it, and its places are counted (%s)', (language, one, two) => {
    const tristan = { country: 'SH', latitude: -37.1, longitude: -12.3 };
    const hawaii = { country: 'US', latitude: 20.8, longitude: -156.3 };
    const alone = reportOf([['192.0.2.1', tristan]], language);
    const both = reportOf(
      [
        ['192.0.2.1', tristan],
        ['192.0.2.2', hawaii],
        ['192.0.2.3', { country: 'US' }],
      ],
      language,
    );

    expect(alone.figures.flatMap(({ type, name }) => (type === 'map' ? [name] : []))).toEqual(['map-world']);
    expect(both.drawn.map(({ name }) => name)).toEqual(['map-world', 'map-north-america']);
    expect(tableOf(alone, 'regions').notes).toEqual([one]);
    expect(tableOf(both, 'regions').notes).toContain(two);
    expect(audit(both)).toEqual([]);
  });
});
