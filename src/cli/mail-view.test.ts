import { expect, it } from 'vitest';
import { configFrom } from '../config/testing.ts';
import { languageOf, mailViewOf } from './mail-view.ts';

it('mails speak the language of alerts, else that of reports, also of what kinds are', () => {
  const english = configFrom('');
  const german = configFrom('[report]\nlanguage = "de"');
  const mixed = configFrom('[report]\nlanguage = "de"\n[alerts]\nlanguage = "en"');
  expect([english, german, mixed].map(languageOf)).toEqual(['en', 'de', 'en']);
  const [inEnglish, inGerman] = [english, german].map((config) => mailViewOf(config).sentenceOf('ssh.login'));
  expect([inEnglish, inGerman]).toEqual(['tried to log in by SSH and failed', 'fehlgeschlagene Anmeldung per SSH']);
  expect(mailViewOf(german).sentenceOf('no.such.kind')).toBeUndefined();
});
