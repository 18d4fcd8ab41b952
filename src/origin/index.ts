/** The kinds of file that origin data come in, in the order in which they are tried on an unknown one. */
import { isLocation, openLocation } from './location.ts';
import { isMmdb, openMmdb } from './mmdb.ts';
import type { SourceKind } from './origin-source.ts';
import { isTable, openTable } from './table.ts';

export const SOURCE_KINDS: readonly SourceKind[] = [
  { name: 'location', recognizes: isLocation, open: openLocation },
  { name: 'mmdb', recognizes: isMmdb, open: openMmdb },
  { name: 'table', recognizes: isTable, open: openTable },
];
