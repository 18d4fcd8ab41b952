/** RDAP asked of servers in this process, at times that a test sets. No test in here. */
import { afterEach } from 'vitest';
import type { Address } from '../../base/address.ts';
import { type RdapOptions, rdap } from '../informant/rdap.ts';
import { type Behavior, type RdapServer, startRdapServer } from './rdap-server.ts';
import { address } from './scratch.ts';

export const NOW = 1_700_000_000_000;
export const ABOUT = address('203.0.113.7');

export class RdapBench {
  now = NOW;
  #open: RdapServer[] = [];

  constructor() {
    afterEach(async () => {
      this.now = NOW;
      for (const server of this.#open.splice(0)) await server.close();
    });
  }

  async serve(behavior?: Behavior): Promise<RdapServer> {
    const server = await startRdapServer(behavior);
    this.#open.push(server);
    return server;
  }

  /** The test closes the servers itself. */
  release(): void {
    this.#open = [];
  }

  informant(server: { readonly url: string }, given: Partial<RdapOptions> = {}) {
    const servers = { baseOf: (): URL => new URL(server.url) };
    const options = { servers, nameServers: [], agent: 'rapsheet/test', mayReach: () => true };
    return rdap({ clock: () => this.now, ...options, ...given });
  }

  /** Answers after the other one had enough of it. */
  async ask(one: ReturnType<typeof rdap>, about: Address = ABOUT, signal = AbortSignal.timeout(20_000)) {
    const reply = await one.ask(about, signal);
    this.now += 1_000;
    return reply;
  }
}
