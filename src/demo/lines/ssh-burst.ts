/** What a burst against the SSH server leaves in auth.log: three to five lines for each session of one attempt. */
import type { Burst } from '../burst.ts';
import type { Logbook } from '../logbook.ts';
import type { Random } from '../random.ts';
import { addMessage } from './syslog.ts';

const UNKNOWN_USERS = [
  'admin',
  'test',
  'oracle',
  'ubuntu',
  'postgres',
  'git',
  'user',
  'deploy',
  'ftpuser',
  'minecraft',
  'hadoop',
  'pi',
];

export function addSshBurst(logbook: Logbook, burst: Burst, random: Random): void {
  let pid = random.whole(20_000, 900_000);
  for (const { time } of burst.attempts) {
    pid += random.whole(1, 9);
    addSession(logbook, burst, { time, pid, random });
  }
}

interface Session {
  readonly time: number;
  readonly pid: number;
  readonly random: Random;
}

function addSession(logbook: Logbook, burst: Burst, { time, pid, random }: Session): void {
  const { address, host } = burst;
  const port = random.whole(32_768, 60_999);
  const user = random.chance(0.45) ? 'root' : random.pick(UNKNOWN_USERS);
  const known = user === 'root';
  const say = (delay: number, text: string): void =>
    addMessage(logbook, { host, file: 'auth.log', time: time + delay, process: `sshd[${pid}]`, text });
  const pam = 'authentication failure; logname= uid=0 euid=0 tty=ssh ruser=';
  if (!known) {
    say(0, `Invalid user ${user} from ${address} port ${port}`);
    say(4, 'pam_unix(sshd:auth): check pass; user unknown');
  }
  say(5, `pam_unix(sshd:auth): ${pam} rhost=${address} ${known ? ' user=root' : ''}`);
  const delay = random.whole(1500, 2400);
  say(delay, `Failed password for ${known ? '' : 'invalid user '}${user} from ${address} port ${port} ssh2`);
  const whose = known ? 'authenticating user' : 'invalid user';
  say(delay + random.whole(200, 900), `Connection closed by ${whose} ${user} ${address} port ${port} [preauth]`);
}
