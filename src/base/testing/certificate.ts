/** For tests: a certificate that is its own witness, for this machine's address. No test in here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, runProgram } from '../program.ts';

/** Whether there is what makes certificates; who asks says so when tests are left out. */
export function canCertify(what: string): boolean {
  const isThere = findProgram('openssl') !== undefined;
  if (!isThere) console.warn(`SKIPPED, openssl is not installed: ${what}`);
  return isThere;
}

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Its files are left in the folder. */
export async function selfSigned(folder: string): Promise<Certificate> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = await runProgram('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject]);
  if (made.status !== 0) throw new Error(made.err);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
