/** Where the control socket lies when nobody says: with the system's run-time files, or with the user's. */
import { basename, isAbsolute, join } from 'node:path';

/** What the answer depends on. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** 0 for root. */
  readonly uid: number | undefined;
  readonly home: string;
}

const SYSTEM_SOCKET = '/run/rapsheet/control.sock';

/** Where a daemon listens. */
export function socketPath(configured: string | undefined, around: Surroundings): string {
  if (configured !== undefined) return configured;
  const given = runtimeFolder(around);
  if (given !== undefined) return join(given, 'control.sock');
  return around.uid === 0 ? SYSTEM_SOCKET : userSocket(around);
}

/** Where a command looks for a daemon, in this order: one of the user's own comes before the system's. */
export function socketCandidates(configured: string | undefined, around: Surroundings): readonly string[] {
  if (configured !== undefined) return [configured];
  return around.uid === 0 ? [SYSTEM_SOCKET] : [userSocket(around), SYSTEM_SOCKET];
}

/**
 * What systemd made for the unit. Of several, separated by colons in an order that is systemd's, the one in which commands
 * look: /run/fail2ban may be another.
 */
function runtimeFolder({ environment }: Surroundings): string | undefined {
  const folders = (environment.RUNTIME_DIRECTORY ?? '').split(':').filter((each) => isAbsolute(each));
  return folders.find((each) => basename(each) === 'rapsheet') ?? folders[0];
}

function userSocket({ environment, home }: Surroundings): string {
  const { XDG_RUNTIME_DIR, XDG_STATE_HOME } = environment;
  const folders = [XDG_RUNTIME_DIR, XDG_STATE_HOME, join(home, '.local', 'state')];
  // The XDG specification: a path that is not absolute is to be ignored.
  const folder = folders.find((each) => each !== undefined && isAbsolute(each)) ?? '/';
  return join(folder, 'rapsheet', 'control.sock');
}
