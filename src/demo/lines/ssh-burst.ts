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
  // A name that does not exist weighs two, and a stray must stay below the limit.
  let strange = burst.bans ? Number.POSITIVE_INFINITY : 1;
  for (const { time } of burst.attempts) {
    pid += random.whole(1, 9);
    const user = random.chance(0.45) || strange === 0 ? 'root' : random.pick(UNKNOWN_USERS);
    if (user !== 'root') strange--;
    addSession(logbook, burst, { time, pid, user, random });
  }
}

interface Session {
  readonly time: number;
  readonly pid: number;
  readonly user: string;
  readonly random: Random;
}

function addSession(logbook: Logbook, burst: Burst, { time, pid, user, random }: Session): void {
  const { address, host } = burst;
  const port = random.whole(32_768, 60_999);
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
