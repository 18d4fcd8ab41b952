/** The forms of history that can be read: what each is called, how a file of it is recognized, what reads it. */
import { crowdSecDatabase, isCrowdSec } from './crowdsec-database.ts';
import { csvTable, isTable } from './csv-table.ts';
import { fail2banDatabase, isFail2ban } from './fail2ban-database.ts';
import { isFail2banLog } from './fail2ban-log.ts';

/** Databases: by their tables, and from their path. */
export const databases = [
  { form: 'fail2ban-db', recognizes: isFail2ban, open: fail2banDatabase },
  { form: 'crowdsec-db', recognizes: isCrowdSec, open: crowdSecDatabase },
] as const;

/** Texts: by how they begin. */
export const texts = [
  { form: 'fail2ban-log', recognizes: isFail2banLog },
  { form: 'csv', recognizes: isTable, open: csvTable },
] as const;
