/** Lines that a filter of fail2ban gave up because an expression would have taken too long. Our own expressions are linear and need no bound. */

export interface GivenUp {
  readonly jail: string;
  /** The one that took too long, of the last such line; `datepattern` for the date. */
  readonly expression: string;
  readonly times: number;
}

/** Of several logs, or before and after a rotation: one for each jail. */
export function givenUpByJail(lists: Iterable<readonly GivenUp[] | undefined>): readonly GivenUp[] {
  const jails = new Map<string, GivenUp>();
  for (const list of lists) {
    for (const each of list ?? []) {
      jails.set(each.jail, { ...each, times: each.times + (jails.get(each.jail)?.times ?? 0) });
    }
  }
  return [...jails.values()];
}
