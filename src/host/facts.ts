/** What is known of this machine. Types only; host.ts is the face. */
import type { Address, Network } from '../base/address.ts';
import type { Problem } from '../base/problem.ts';

/** An address that must not be blocked because this machine, or whoever runs it, needs it. */
export interface OwnAddress {
  readonly network: Network;
  /** As a sentence's end: "an address of this host (eth0)", "the gateway (eth0)", "a resolver of this host". */
  readonly why: string;
}

/** A TCP connection as the kernel sees it. IPv4-mapped IPv6 is IPv4. */
export interface Connection {
  readonly local: Address;
  readonly localPort: number;
  readonly remote: Address;
  readonly remotePort: number;
}

/** Somebody who is logged in from elsewhere. */
export interface Session {
  readonly address: Address;
  /** Harmless to print, as is the terminal. */
  readonly user: string;
  /** `pts/0`; empty for a session without one. */
  readonly terminal: string;
}

export interface HostFacts {
  readonly own: readonly OwnAddress[];
  readonly sessions: readonly Session[];
  /** Established ones. */
  readonly connections: readonly Connection[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}
