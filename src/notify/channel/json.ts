/**
 * A webhook of the user's own: each notice as JSON, signed so that its receiver knows whom it is from. The signature is an
 * HMAC-SHA256 (RFC 2104) over the timestamp, a dot and the body, in hexadecimal; the receiver refuses what is older than
 * some minutes, and knows by the delivery's id what it has already (docs/alerts.md).
 */
import { createHmac } from 'node:crypto';
import { type Clock, systemClock } from '../../base/clock.ts';
import { parsedJson } from '../../base/json.ts';
import { printableJson } from '../../base/text.ts';
import type { Channel, ChannelOptions } from '../channel.ts';
import type { Notice } from '../notice.ts';
import { deliver } from '../web/web.ts';
import { factsOf } from '../words/facts.ts';
import { json } from '../words/markup.ts';
import { titleText, type Words } from '../words/word.ts';
import { type Format, writerOf } from './body.ts';
import { endpointOf, tokenOf, urlOf } from './options.ts';

/** Of a template's text; what receivers of webhooks usually take. */
const BODY_MAX = 262_144;

export const jsonFormat: Format = {
  markup: json,
  fits: (body) => Buffer.byteLength(body) <= BODY_MAX,
  problemIn: (body) => (isJson(body) ? undefined : 'what it makes is no JSON'),
};

/** @throws ProblemError (78) */
export function jsonChannel(options: ChannelOptions, clock: Clock = systemClock): Channel {
  const endpoint = endpointOf(options, urlOf(options));
  const key = options.token === undefined ? undefined : tokenOf(options, /./);
  const write = writerOf(options, jsonFormat);
  const bodyOf = (notice: Notice, id: string): string => {
    const { words, body, isOwn } = write(notice);
    return isOwn && isJson(body) ? body : usualBody(notice, { words, id });
  };
  return {
    name: options.name,
    async send(notice, { id, signal }) {
      const body = bodyOf(notice, id);
      const timestamp = String(Math.floor(clock() / 1_000));
      const headers: Record<string, string> = {
        'X-Rapsheet-Id': id,
        'X-Rapsheet-Event': notice.sort,
        'X-Rapsheet-Timestamp': timestamp,
      };
      if (key !== undefined) headers['X-Rapsheet-Signature'] = signature(key, timestamp, body);
      await deliver(endpoint, { method: 'POST', headers, body }, signal);
    },
    async close() {},
  };
}

/** `sha256=` and the HMAC in hexadecimal. */
export function signature(key: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`;
}

function usualBody(notice: Notice, { words, id }: { readonly words: Words; readonly id: string }): string {
  return printableJson({ version: 1, id, title: titleText(words), ...factsOf(notice) });
}

function isJson(text: string): boolean {
  return parsedJson(text) !== undefined;
}
