/** Telling people: what whoever runs it, or asks how it is, needs of this folder. */
export { ALIVE_MS, type MadeReport, Notifier, type NotifierOptions, type Recipient } from './notifier.ts';
export { messageId, TIMEOUT_MS } from './sender.ts';
export { type NotifyState, STATE_NAME, stateFrom } from './state.ts';
