/** A line of an access log: nginx in its combined format on web1; Apache, with the virtual host before it, on web2. */
import type { Logbook } from '../logbook.ts';
import type { Host } from '../month.ts';
import { common } from './stamp.ts';

export const SITE: Readonly<Record<Host, string>> = {
  web1: 'www.example.org',
  web2: 'photos.example.org',
  mail: 'mail.example.org',
};

export interface Hit {
  readonly host: Host;
  readonly time: number;
  readonly address: string;
  /** As it stands between the quotes. */
  readonly request: string;
  readonly status: number;
  readonly bytes: number;
  readonly referer: string;
  readonly agent: string;
}

export function addHit(logbook: Logbook, hit: Hit): void {
  const { host, time, address, request, status, bytes, referer, agent } = hit;
  const line = `${address} - - [${common(time)}] "${request}" ${status} ${bytes} "${referer}" "${agent}"`;
  if (host === 'web1') logbook.add('web1/nginx/access.log', time, line);
  else logbook.add('web2/apache2/access.log', time, `${SITE.web2}:443 ${line}`);
}

/** What the two servers send for an error, in bytes. */
export function errorBytes(host: Host, status: number): number {
  const nginx = host === 'web1';
  if (status === 400) return nginx ? 157 : 483;
  if (status === 503) return 197;
  return nginx ? 153 : 4312;
}
