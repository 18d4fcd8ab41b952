/** Reports of abuse: what the commands, and whoever sends, need of this folder. */
export { abuseIpDb } from './abuseipdb.ts';
export { AtOnce } from './at-once.ts';
export { blocklistDe } from './blocklist-de.ts';
export { type AbuseKind, type Discretion, type LeftOut, REASONS } from './deed.ts';
export { deskMail } from './desk-mail.ts';
export { contentFrom, type DraftContent, draftsOf } from './draft.ts';
export { gatherDeeds } from './gather.ts';
export { type AbuseLetter, letterOf } from './letter.ts';
export { answered, approve, currentOf, draftAt, drop, refreshDrafts, settleDelivered, stateOf } from './queue.ts';
export { SERVICE_NAMES, type ServiceWay } from './services.ts';
export type { Reporter } from './xarf.ts';
