/**
 * A notice in short sentences, for webhooks and chats. What is ours to say is text; whatever comes from outside (addresses,
 * names, lines of logs) is set apart as code, so that each service can show it as such. All of it is one line each, readable
 * and without control characters, and not yet escaped for any service.
 */
import type { Notice, ReportNotice, TestNotice } from '../notice.ts';
import type { Phrases } from '../phrase/phrase.ts';
import { banWords } from './ban.ts';
import { digestWords } from './digest.ts';
import { timeWords } from './time.ts';
import { code, line, name, title, type Words } from './word.ts';

export function wordsOf(notice: Notice, phrases: Phrases): Words {
  switch (notice.sort) {
    case 'ban':
      return banWords(notice, phrases);
    case 'digest':
      return digestWords(notice, phrases);
    case 'report':
      return reportWords(notice, phrases);
    case 'test':
      return testWords(notice, phrases);
  }
}

/** Sentences of a report that a message has. */
const SUMMARY_MAX = 10;

function reportWords({ month, summary, path, host }: ReportNotice, { chat }: Phrases): Words {
  return {
    title: title(...chat.reportTitle(name(month), host === undefined ? undefined : name(host))),
    urgency: 'low',
    parts: [
      ...summary.slice(0, SUMMARY_MAX).map((sentence) => line(code(sentence))),
      line(...chat.reportPath(name(path))),
    ],
  };
}

function testWords({ made, by }: TestNotice, phrases: Phrases): Words {
  return {
    title: title(phrases.chat.testTitle),
    urgency: 'normal',
    parts: [line(...phrases.chat.test(code(by), timeWords(made, phrases)))],
  };
}
