/** How far a message to several got: kept in its text in the outbox, so that a restart neither sends it twice nor forgets who refused it. */
import { jsonFields } from '../base/json.ts';
import type { Progress } from './channel.ts';

/** Nobody has it, and nobody refused it. */
export const NOWHERE: Progress = { taken: [], refused: [] };

/** What is kept in the text of a message; damaged, it is nothing: then somebody gets it twice. */
export function progressIn(content: string): Progress {
  const { progress } = jsonFields(content) ?? {};
  const { taken, refused } = Object(progress);
  return {
    taken: Array.isArray(taken) ? taken.filter((address) => typeof address === 'string') : [],
    refused: Array.isArray(refused) ? refused.filter(isRefusal) : [],
  };
}

/** The text with what is known by now; as it is, where a channel writes something else. */
export function withProgress(content: string, progress: Progress): string {
  const message = jsonFields(content);
  return message === undefined ? content : JSON.stringify({ ...message, progress });
}

function isRefusal(entry: unknown): entry is Progress['refused'][number] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((text) => typeof text === 'string');
}
