/** Bans that wait for their counterpart, the oldest of a jail and subject first. */

interface Named {
  readonly jail: string;
  readonly subject: string;
}

export interface Waiting {
  /** Since when it waits. */
  readonly since: number;
  /** Alone it is no difference. */
  readonly isDoubtful: boolean;
}

/**
 * Some 10 MB with their lines. With a minute to wait it is 160 bans a second, more than fail2ban makes; a ban beyond them
 * is counted and not compared.
 */
const WAITING_MAX = 10_000;

export class LonelyBans<Ban extends Named> {
  size = 0;
  /** Bans for which there was no room. */
  dropped = 0;
  readonly #bans = new Map<string, Array<Waiting & { readonly ban: Ban }>>();

  add(ban: Ban, waiting: Waiting): void {
    if (this.size >= WAITING_MAX) {
      this.dropped++;
      return;
    }
    const key = keyOf(ban);
    const same = this.#bans.get(key) ?? [];
    same.push({ ban, ...waiting });
    this.#bans.set(key, same);
    this.size++;
  }

  /** Takes out the one that has waited longest of those of the same jail and subject. */
  take(of: Named): Ban | undefined {
    const key = keyOf(of);
    const same = this.#bans.get(key);
    const first = same?.shift();
    if (!same || !first) return undefined;
    if (same.length === 0) this.#bans.delete(key);
    this.size--;
    return first.ban;
  }

  /** Takes out those that wait since then or longer. */
  takeOlder(than: number): Array<readonly [ban: Ban, isDoubtful: boolean]> {
    const taken: Array<readonly [Ban, boolean]> = [];
    for (const [key, same] of this.#bans) {
      while (same[0] && same[0].since <= than) {
        taken.push([same[0].ban, same[0].isDoubtful]);
        same.shift();
        this.size--;
      }
      if (same.length === 0) this.#bans.delete(key);
    }
    return taken;
  }
}

function keyOf({ jail, subject }: Named): string {
  return `${jail}\n${subject}`;
}
