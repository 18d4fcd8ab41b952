/** What the web servers' error logs say on a good month: reloads after the logs' rotation, a slow application. */

import { visitorAddress } from '../crowd.ts';
import { SITE } from '../lines/access.ts';
import { apache, nginx } from '../lines/stamp.ts';
import type { Logbook } from '../logbook.ts';
import { DAY, MONTH } from '../month.ts';
import type { Random } from '../random.ts';
import { busyTime } from './hours.ts';

/** How often the application behind nginx sends more than fits into its buffers. */
const BUFFERED = 240;

export function addWebErrors(logbook: Logbook, random: Random): void {
  for (let time = MONTH.from + 1500; time < MONTH.until; time += DAY) {
    logbook.add('web1/nginx/error.log', time, `${nginx(time)} [notice] 790#790: signal process started`);
    const process = '[mpm_event:notice] [pid 702:tid 702]';
    const said = ['AH00493: SIGUSR1 received.  Doing graceful restart', "AH00094: Command line: '/usr/sbin/apache2'"];
    for (const text of said) logbook.add('web2/apache2/error.log', time, `[${apache(time)}] ${process} ${text}`);
  }
  for (let i = 0; i < BUFFERED; i++) addBuffered(logbook, random);
}

function addBuffered(logbook: Logbook, random: Random): void {
  const time = busyTime(random);
  const connection = random.whole(1000, 90_000);
  const what = 'an upstream response is buffered to a temporary file /var/lib/nginx/proxy/3/07/0000000073';
  const request = 'GET /archive/?page=2 HTTP/1.1';
  const about = `client: ${visitorAddress(random)}, server: ${SITE.web1}, request: "${request}"`;
  const text = `[warn] 812#812: *${connection} ${what} while reading upstream, ${about}, host: "${SITE.web1}"`;
  logbook.add('web1/nginx/error.log', time, `${nginx(time)} ${text}`);
}
