/** Bans that wait for their counterpart. */

interface Named {
  readonly jail: string;
  readonly subject: string;
}

interface Dated extends Named {
  /** Epoch milliseconds. */
  readonly at: number;
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

export class LonelyBans<Ban extends Dated> {
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

  /** Takes out the one of the same jail and subject that was decided nearest to a ban, at most so far from it. */
  takeNearest(to: Dated, withinMs: number): Ban | undefined {
    const same = this.#bans.get(keyOf(to)) ?? [];
    const far = ({ ban }: { readonly ban: Ban }): number => Math.abs(ban.at - to.at);
    const nearest = same.reduce((best, each) => (best && far(best) <= far(each) ? best : each), same[0]);
    if (!nearest || far(nearest) > withinMs) return undefined;
    this.#remove(keyOf(to), same, same.indexOf(nearest));
    return nearest.ban;
  }

  /** Takes out all of a jail and subject. */
  takeAll(of: Named): readonly Ban[] {
    const same = this.#bans.get(keyOf(of)) ?? [];
    this.#bans.delete(keyOf(of));
    this.size -= same.length;
    return same.map(({ ban }) => ban);
  }

  /** Takes out those that wait since then or longer. */
  takeOlder(than: number): Array<readonly [ban: Ban, isDoubtful: boolean]> {
    const taken: Array<readonly [Ban, boolean]> = [];
    for (const [key, same] of this.#bans) {
      for (let first = same[0]; first && first.since <= than; first = same[0]) {
        taken.push([first.ban, first.isDoubtful]);
        this.#remove(key, same, 0);
      }
    }
    return taken;
  }

  #remove(key: string, same: unknown[], index: number): void {
    same.splice(index, 1);
    if (same.length === 0) this.#bans.delete(key);
    this.size--;
  }
}

function keyOf({ jail, subject }: Named): string {
  return `${jail}\n${subject}`;
}
