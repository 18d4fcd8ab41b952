/**
 * A notice in short sentences, for webhooks and chats. What is ours to say is text; whatever comes from outside (addresses,
 * names, lines of logs) is set apart as code, so that each service can show it as such. All of it is one line each, readable
 * and without control characters, and not yet escaped for any service.
 */
import type { Notice, ReportNotice, TestNotice } from '../notice.ts';
import { banWords } from './ban.ts';
import { digestWords } from './digest.ts';
import { code, line, name, timeWords, title, type Words } from './word.ts';

export function wordsOf(notice: Notice): Words {
  switch (notice.sort) {
    case 'ban':
      return banWords(notice);
    case 'digest':
      return digestWords(notice);
    case 'report':
      return reportWords(notice);
    case 'test':
      return testWords(notice);
  }
}

/** Sentences of a report that a message has. */
const SUMMARY_MAX = 10;

function reportWords({ month, summary, path, host }: ReportNotice): Words {
  return {
    title: title('Report ', ...(host === undefined ? [] : ['of ', name(host), ' ']), 'for ', name(month)),
    urgency: 'low',
    parts: [...summary.slice(0, SUMMARY_MAX).map((sentence) => line(code(sentence))), line('It is in ', name(path))],
  };
}

function testWords({ made, by }: TestNotice): Words {
  return {
    title: title('Test from Rapsheet'),
    urgency: 'normal',
    parts: [line('Messages arrive here. Sent by ', code(by), `, ${timeWords(made)}.`)],
  };
}
