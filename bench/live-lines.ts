/** The attackers of the bench and the lines that they leave: the same for all who read them. */
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';

/** What each contender bans at: rapsheet's and fail2ban's default, and what sshguard is told to. */
export const ATTEMPTS_TO_A_BAN = 5;
const LINES_A_WRITE = 10_000;

/** The n-th address of 198.18.0.0/15, which is reserved for benchmarks: 131,072 of them. */
export function attacker(n: number): string {
  return `198.${18 + (n >>> 16)}.${(n >>> 8) & 255}.${n & 255}`;
}

/** The n-th address of 10.0.0.0/8: a million do not fit in what is reserved for benchmarks. */
export function watched(n: number): string {
  return `10.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
}

export class Lines {
  #number = 0;

  /** Enough failed logins of an address for a ban. */
  attack(address: string, now: number): string {
    let text = '';
    for (let i = 0; i < ATTEMPTS_TO_A_BAN; i++) text += this.line(address, now);
    return text;
  }

  line(address: string, time: number): string {
    const n = this.#number++;
    const stamp = new Date(time).toISOString().replace('Z', '000+00:00');
    const [pid, port] = [1_000 + (n % 4_000_000), 1_024 + (n % 60_000)];
    return `${stamp} host sshd[${pid}]: Failed password for root from ${address} port ${port} ssh2\n`;
  }
}

export function append(log: string, text: string): void {
  appendFileSync(log, text);
}

/** One attempt each of so many addresses, within the last minutes. */
export function writeWatched(log: string, count: number, now: number): void {
  const lines = new Lines();
  const file = openSync(log, 'a');
  try {
    for (let from = 0; from < count; from += LINES_A_WRITE) {
      let text = '';
      for (let n = from; n < Math.min(count, from + LINES_A_WRITE); n++) {
        text += lines.line(watched(n), now - Math.floor(((count - n) * 60_000) / count));
      }
      writeSync(file, text);
    }
  } finally {
    closeSync(file);
  }
}
