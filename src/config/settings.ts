/** What the live parts are told: what to watch, how to block, whom to protect, how to be reached. Defaults filled in. */
import type { Hook, PortGroup } from '../firewall/firewall.ts';
import type { ListenPlace } from './listen.ts';
import type { FIREWALL_TYPES, LiveInput } from './live-schema.ts';

export interface WatchSettings {
  /** Whole paths and globs; `auto`: the logs that the filters name, as far as this host has them. */
  readonly logs: 'auto' | readonly string[];
  /** `auto`: for what has no log file here. */
  readonly journal: 'auto' | 'yes' | 'no';
  /** `udp://127.0.0.1:5514`, `tcp://[::1]:5514`, `unix:///run/rapsheet/syslog.sock`. */
  readonly syslog: readonly string[];
}

/** Argument lists of programs of one's own; `{address}` and its like are replaced inside single arguments. */
export interface CommandSettings {
  readonly block: readonly string[];
  readonly release: readonly string[];
  readonly list: readonly string[] | undefined;
}

export type FirewallType = (typeof FIREWALL_TYPES)[number];

export interface FirewallSettings {
  readonly type: FirewallType;
  readonly hooks: readonly Hook[];
  /** Whether the connections of an address end when it is blocked. */
  readonly cut: boolean;
  /** There when `type` is `command`. */
  readonly command: CommandSettings | undefined;
}

export interface ProtectSettings {
  /** How long an address is protected after a successful login, in milliseconds; 0: not at all. */
  readonly logins: number;
  readonly allowFile: string;
}

export interface DaemonSettings {
  /** Undefined: where `socketPath` says. */
  readonly socket: string | undefined;
  /** Who may use the socket; undefined: the group `rapsheet` where there is one, else nobody but the daemon's user. */
  readonly group: string | undefined;
  readonly metrics: ListenPlace | undefined;
}

export interface LiveSettings {
  readonly watch: WatchSettings;
  readonly firewall: FirewallSettings;
  readonly protect: ProtectSettings;
  readonly daemon: DaemonSettings;
}

/** The settings of all jails' ports, equal ones together. */
export interface PortSettings {
  readonly portGroups: readonly PortGroup[];
  /** For each jail the name of its group; `ALL_PORTS` where it blocks every port. */
  readonly groupOf: ReadonlyMap<string, string>;
}

const DAY = 86_400_000;

export function liveSettings({ watch = {}, firewall = {}, protect = {}, daemon = {} }: LiveInput): LiveSettings {
  const { command } = firewall;
  return {
    watch: { logs: watch.logs ?? 'auto', journal: watch.journal ?? 'auto', syslog: watch.syslog ?? [] },
    firewall: {
      type: firewall.type ?? 'auto',
      hooks: firewall.hooks ?? ['input', 'forward'],
      cut: firewall.cut ?? true,
      command: command && { block: command.block, release: command.release, list: command.list },
    },
    protect: { logins: protect.logins ?? 7 * DAY, allowFile: protect.allow_file ?? '/etc/rapsheet/allow' },
    daemon: { socket: daemon.socket, group: daemon.group, metrics: daemon.metrics },
  };
}
