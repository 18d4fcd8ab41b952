/** What every host logs about itself: cron, systemd, the kernel's clock, and the owner at work. */
import { OWNER } from '../crowd.ts';
import { addMessage } from '../lines/syslog.ts';
import type { Logbook } from '../logbook.ts';
import { DAY, HOUR, type Host, MINUTE, MONTH, SECOND } from '../month.ts';
import type { Random } from '../random.ts';
import { busyTime } from './hours.ts';

/** How often the owner logs in to each host within the month. */
const LOGINS = 120;

export function addSystem(logbook: Logbook, host: Host, random: Random): void {
  for (let time = MONTH.from + SECOND; time < MONTH.until; time += HOUR / 4) addCron(logbook, host, time, random);
  for (let time = MONTH.from + 40 * SECOND; time < MONTH.until; time += HOUR) addTimers(logbook, host, time);
  for (let time = MONTH.from + 3 * HOUR; time < MONTH.until; time += DAY) addBackup(logbook, host, time, random);
  for (let i = 0; i < LOGINS; i++) addLogin(logbook, host, random);
}

function addCron(logbook: Logbook, host: Host, quarter: number, random: Random): void {
  const time = quarter + random.whole(0, 400);
  const process = `CRON[${random.whole(1000, 400_000)}]`;
  const command = '(root) CMD (/usr/local/sbin/collect-load >/dev/null)';
  const session = 'pam_unix(cron:session): session';
  addMessage(logbook, {
    host,
    file: 'auth.log',
    time,
    process,
    text: `${session} opened for user root(uid=0) by (uid=0)`,
  });
  addMessage(logbook, { host, file: 'syslog', time: time + 2, process, text: command });
  addMessage(logbook, { host, file: 'auth.log', time: time + 40, process, text: `${session} closed for user root` });
}

const TIMERS = [
  ['logrotate.service', 'Rotate log files'],
  ['certbot.service', 'Certbot'],
  ['systemd-tmpfiles-clean.service', 'Cleanup of Temporary Directories'],
  ['fstrim.service', 'Discard unused blocks on filesystems'],
] as const;

function addTimers(logbook: Logbook, host: Host, time: number): void {
  const [unit, about] = TIMERS[((time / HOUR) % TIMERS.length) | 0] ?? TIMERS[0];
  const say = (delay: number, text: string): void =>
    addMessage(logbook, { host, file: 'syslog', time: time + delay, process: 'systemd[1]', text });
  say(0, `Starting ${unit} - ${about}...`);
  say(900, `${unit}: Deactivated successfully.`);
  say(905, `Finished ${unit} - ${about}.`);
}

/** The nightly copy to another machine, by key. */
function addBackup(logbook: Logbook, host: Host, time: number, random: Random): void {
  addSession(logbook, { host, time, user: 'backup', address: '192.0.2.11', lastsMs: 9 * MINUTE }, random);
}

function addLogin(logbook: Logbook, host: Host, random: Random): void {
  const time = busyTime(random);
  const lastsMs = random.whole(MINUTE, 50 * MINUTE);
  addSession(logbook, { host, time, user: 'dora', address: OWNER, lastsMs }, random);
  const process = 'sudo';
  const command = 'PWD=/home/dora ; USER=root ; COMMAND=/usr/bin/apt update';
  addMessage(logbook, {
    host,
    file: 'auth.log',
    time: time + 40 * SECOND,
    process,
    text: `    dora : TTY=pts/0 ; ${command}`,
  });
}

interface Session {
  readonly host: Host;
  readonly time: number;
  readonly user: string;
  readonly address: string;
  readonly lastsMs: number;
}

const KEY = 'ED25519 SHA256:Vb1mF0cXq3tq9u4nVw0y7l2J8kzQe5rT6dHs1PaXcUY';

function addSession(logbook: Logbook, session: Session, random: Random): void {
  const { host, user, address, lastsMs } = session;
  const pid = random.whole(1000, 400_000);
  const port = random.whole(32_768, 60_999);
  const say = (delay: number, text: string, process = `sshd[${pid}]`): void =>
    addMessage(logbook, { host, file: 'auth.log', time: session.time + delay, process, text });
  say(0, `Accepted publickey for ${user} from ${address} port ${port} ssh2: ${KEY}`);
  say(4, `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`);
  say(9, `New session ${pid % 1000} of user ${user}.`, 'systemd-logind[611]');
  say(lastsMs, `Received disconnect from ${address} port ${port}:11: disconnected by user`);
  say(lastsMs + 2, `Disconnected from user ${user} ${address} port ${port}`);
  say(lastsMs + 6, `pam_unix(sshd:session): session closed for user ${user}`);
  say(lastsMs + 11, `Session ${pid % 1000} logged out. Waiting for processes to exit.`, 'systemd-logind[611]');
}
