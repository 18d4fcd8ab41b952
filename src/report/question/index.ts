/** The questions that a report asks, in the order in which they are read. */
import { countries } from './countries.ts';
import { days } from './days.ts';
import { kinds } from './kinds.ts';
import { lengths } from './lengths.ts';
import { method } from './method.ts';
import { networks } from './networks.ts';
import { offenders } from './offenders.ts';
import { organizations } from './organizations.ts';
import type { Question } from './question.ts';
import { scanners } from './scanners.ts';
import { stories } from './stories.ts';
import { totals } from './totals.ts';
import { users } from './users.ts';

export const questions: readonly Question[] = [
  totals,
  countries,
  organizations,
  stories,
  offenders,
  networks,
  kinds,
  users,
  scanners,
  days,
  lengths,
  method,
];
