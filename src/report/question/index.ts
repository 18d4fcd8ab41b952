/** The questions that a report asks, in the order in which they are read. */
import { byService } from './by-service.ts';
import { change } from './change.ts';
import { countries } from './countries.ts';
import { days } from './days.ts';
import { hours } from './hours.ts';
import { kinds } from './kinds.ts';
import { lengths } from './lengths.ts';
import { method } from './method.ts';
import { networkTypes } from './network-types.ts';
import { networks } from './networks.ts';
import { offenders } from './offenders.ts';
import { organizations } from './organizations.ts';
import { places } from './places.ts';
import type { Question } from './question.ts';
import { scanners } from './scanners.ts';
import { severalHosts } from './several-hosts.ts';
import { stories } from './stories.ts';
import { targets } from './targets.ts';
import { totals } from './totals.ts';
import { users } from './users.ts';

export const questions: readonly Question[] = [
  totals,
  change,
  countries,
  places,
  organizations,
  networkTypes,
  byService,
  stories,
  offenders,
  severalHosts,
  networks,
  kinds,
  users,
  targets,
  scanners,
  hours,
  days,
  lengths,
  method,
];
