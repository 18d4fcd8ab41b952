import { expect, it } from 'vitest';
import { part } from './cast.ts';
import { originsTable } from './origins.ts';

it('originsTable() writes a row for each network and quotes what needs it', () => {
  const table = originsTable([
    {
      network: '198.18.0.0/24',
      part: part('Example "Cloud", Inc.', 64_500, 'Singapore', { note: 'research scanner' }),
    },
    { network: '198.18.1.0/24', part: part('Example', 64_501, 'Sydney', {}) },
  ]);

  expect(table).toBe(
    [
      'network,country,asn,organization,latitude,longitude,note',
      '198.18.0.0/24,SG,64500,"Example ""Cloud"", Inc.",1.35,103.82,research scanner',
      '198.18.1.0/24,AU,64501,Example,-33.87,151.21,',
      '',
    ].join('\n'),
  );
});
