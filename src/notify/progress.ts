/** How far a message to several got: kept in its text in the outbox, so that a restart neither sends it twice nor forgets who refused it. */
import type { Progress } from './channel.ts';

/** Nobody has it, and nobody refused it. */
export const NOWHERE: Progress = { taken: [], refused: [] };

/** What is kept in the text of a message; damaged, it is nothing: then somebody gets it twice. */
export function progressIn(content: string): Progress {
  const { progress } = objectIn(content) ?? {};
  const { taken, refused } = Object(progress);
  return {
    taken: Array.isArray(taken) ? taken.filter((address) => typeof address === 'string') : [],
    refused: Array.isArray(refused) ? refused.filter(isRefusal) : [],
  };
}

/** The text with what is known by now. */
export function withProgress(content: string, progress: Progress): string {
  const message = objectIn(content);
  return message === undefined ? content : JSON.stringify({ ...message, progress });
}

function isRefusal(entry: unknown): entry is Progress['refused'][number] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((text) => typeof text === 'string');
}

function objectIn(content: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined; // Of a channel that writes something else.
  }
}
