/** [fail2ban]: an existing installation that says what is watched, how it is counted, and who is banned for how long. */
import * as v from 'valibot';
import { absolutePath, texts } from './values.ts';

export interface Fail2banSettings {
  /** Where its `jail.conf` is. */
  readonly directory: string;
  /** As it counts, or in true sliding windows. */
  readonly counting: 'fail2ban' | 'window';
  /** What a ban does: our firewall, what the jails' actions say, nothing. */
  readonly actions: 'firewall' | 'all' | 'none';
  /** Where clients of fail2ban are answered; `auto`: where its own server would listen. */
  readonly socket: 'auto' | 'no' | string;
  /**
   * The jails of it that are wanted, by name, beside our own jails and filters; undefined: all that it has in use, and
   * none of ours.
   */
  readonly jails: readonly string[] | undefined;
}

export const fail2banSchema = v.optional(
  v.strictObject({
    directory: v.optional(absolutePath),
    counting: v.optional(v.picklist(['fail2ban', 'window'], 'must be "fail2ban" or "window"')),
    actions: v.optional(v.picklist(['firewall', 'all', 'none'], 'must be "firewall", "all" or "none"')),
    socket: v.optional(v.union([v.picklist(['auto', 'no']), absolutePath], 'must be "auto", "no" or a path')),
    jails: v.optional(texts),
  }),
);
export type Fail2banInput = v.InferOutput<typeof fail2banSchema>;

/** Undefined where no installation is named; `directory`: one that is named on the command line. */
export function fail2banSettings(input: Fail2banInput, directory = input?.directory): Fail2banSettings | undefined {
  if (directory === undefined) return undefined;
  const { counting = 'fail2ban', actions = 'firewall', socket = 'auto', jails } = input ?? {};
  return { directory, counting, actions, socket, jails };
}
