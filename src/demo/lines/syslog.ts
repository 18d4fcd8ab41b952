/** A line of syslog: rsyslog's format on two of the hosts; the third, the oldest, still writes the classic one. */
import type { Logbook } from '../logbook.ts';
import type { Host } from '../month.ts';
import { classic, rfc3339 } from './stamp.ts';

export interface Message {
  readonly host: Host;
  /** Of the host's log folder: `auth.log`. */
  readonly file: string;
  readonly time: number;
  /** With the process id, where it has one: `sshd[812]`. */
  readonly process: string;
  readonly text: string;
}

export function addMessage(logbook: Logbook, message: Message): void {
  const { host, file, time, process, text } = message;
  const stamp = host === 'web2' ? classic(time) : rfc3339(time);
  logbook.add(`${host}/${file}`, time, `${stamp} ${host} ${process}: ${text}`);
}
