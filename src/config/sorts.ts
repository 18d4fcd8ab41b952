/** The sorts of messages that a channel may be told. */
import * as v from 'valibot';

export const NOTICE_SORTS = ['ban', 'digest', 'report'] as const;
export type NoticeSort = (typeof NOTICE_SORTS)[number];

const sentence = 'must be a list of "ban", "digest" and "report"';
export const sorts = v.pipe(
  v.array(v.picklist(NOTICE_SORTS, sentence), sentence),
  v.nonEmpty('is empty: leave the channel out instead'),
  v.transform((list) => NOTICE_SORTS.filter((sort) => list.includes(sort))),
);
