/** The table that says whose network is whose, in the form that `origin/` reads: the story's stand-in for a database. */
import type { Holding } from './networks.ts';
import { placeOf } from './places.ts';

const HEADER = 'network,country,asn,organization,latitude,longitude,note';

export function originsTable(holdings: readonly Holding[]): string {
  const rows = holdings.map(({ network, part }) => {
    const { country, latitude, longitude } = placeOf(part.city);
    return [network, country, part.asn, part.organization, latitude, longitude, part.note].map(cell).join(',');
  });
  return `${[HEADER, ...rows].join('\n')}\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
