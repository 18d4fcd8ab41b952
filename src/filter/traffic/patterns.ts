/** What is told of traffic is made of no filter's pattern. */
import type { Pattern } from '../../model.ts';

/** A flood of requests (request-rate.ts). */
export const FLOOD_PATTERN: Pattern = {
  ...{ filter: 'traffic', number: 1, service: 'web', kind: 'web.flood.rate' },
  ...{ voice: undefined, syslog: false, success: false },
};

/** That nearly all requests of a log come from the address (sole-peer.ts): no attempt, nobody is banned for it. */
export const SOLE_PEER_PATTERN: Pattern = {
  ...{ filter: 'traffic', number: 2, service: 'web', kind: 'web.sole' },
  ...{ voice: undefined, syslog: false, success: false, isSole: true },
};
