/** Where the networks of the story lie. Real cities, because the maps need them; the addresses in them are not real. */

export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

const CITIES = {
  Amsterdam: ['NL', 52.37, 4.9],
  Ankara: ['TR', 39.93, 32.86],
  'Ann Arbor': ['US', 42.28, -83.74],
  Arezzo: ['IT', 43.46, 11.88],
  Ashburn: ['US', 39.04, -77.49],
  Bangkok: ['TH', 13.75, 100.5],
  Beauharnois: ['CA', 45.32, -73.87],
  Beijing: ['CN', 39.9, 116.41],
  Bengaluru: ['IN', 12.97, 77.59],
  Berlin: ['DE', 52.52, 13.41],
  Boydton: ['US', 36.67, -78.39],
  Brisbane: ['AU', -27.47, 153.03],
  Bucharest: ['RO', 44.43, 26.1],
  Buffalo: ['US', 42.89, -78.88],
  Chicago: ['US', 41.88, -87.63],
  Cologne: ['DE', 50.94, 6.96],
  Dallas: ['US', 32.78, -96.8],
  Dronten: ['NL', 52.53, 5.72],
  Dublin: ['IE', 53.35, -6.26],
  Falkenstein: ['DE', 50.48, 12.37],
  Frankfurt: ['DE', 50.11, 8.68],
  Fremont: ['US', 37.55, -121.99],
  Guangzhou: ['CN', 23.13, 113.26],
  Hangzhou: ['CN', 30.27, 120.16],
  Hanoi: ['VN', 21.03, 105.85],
  'Ho Chi Minh City': ['VN', 10.82, 106.63],
  'Hong Kong': ['HK', 22.32, 114.17],
  Istanbul: ['TR', 41.01, 28.98],
  Jakarta: ['ID', -6.21, 106.85],
  Karlsruhe: ['DE', 49.01, 8.4],
  Kyiv: ['UA', 50.45, 30.52],
  London: ['GB', 51.51, -0.13],
  'Los Angeles': ['US', 34.05, -118.24],
  Madrid: ['ES', 40.42, -3.7],
  Manchester: ['GB', 53.48, -2.24],
  Melbourne: ['AU', -37.81, 144.96],
  Montreal: ['CA', 45.5, -73.57],
  Moscow: ['RU', 55.76, 37.62],
  'Mountain View': ['US', 37.39, -122.08],
  Mumbai: ['IN', 19.08, 72.88],
  Naaldwijk: ['NL', 51.99, 4.21],
  'New York': ['US', 40.71, -74.01],
  Nuremberg: ['DE', 49.45, 11.08],
  Osaka: ['JP', 34.69, 135.5],
  Paris: ['FR', 48.86, 2.35],
  Philadelphia: ['US', 39.95, -75.17],
  Phoenix: ['US', 33.45, -112.07],
  Redmond: ['US', 47.67, -122.12],
  Roubaix: ['FR', 50.69, 3.17],
  'Saint Petersburg': ['RU', 59.94, 30.31],
  'Santa Clara': ['US', 37.35, -121.95],
  'Sao Paulo': ['BR', -23.55, -46.63],
  Seattle: ['US', 47.61, -122.33],
  Seoul: ['KR', 37.57, 126.98],
  Shanghai: ['CN', 31.23, 121.47],
  Shenzhen: ['CN', 22.54, 114.06],
  Singapore: ['SG', 1.35, 103.82],
  Sofia: ['BG', 42.7, 23.32],
  Stockholm: ['SE', 59.33, 18.07],
  Sydney: ['AU', -33.87, 151.21],
  Taipei: ['TW', 25.03, 121.57],
  Tehran: ['IR', 35.69, 51.39],
  Tokyo: ['JP', 35.68, 139.69],
  Vienna: ['AT', 48.21, 16.37],
  Warsaw: ['PL', 52.23, 21.01],
  Zurich: ['CH', 47.38, 8.54],
} as const;

export type City = keyof typeof CITIES;

export function placeOf(city: City): Place {
  const [country, latitude, longitude] = CITIES[city];
  return { country, latitude, longitude };
}
