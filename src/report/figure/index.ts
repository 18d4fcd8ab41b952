/** The charts and maps of a report, in the order in which they are seen. */
import { bars } from './bars.ts';
import type { Illustration } from './illustration.ts';
import { maps } from './maps.ts';
import { stacks } from './stacks.ts';
import { times } from './times.ts';

export const illustrations: readonly Illustration[] = [maps, stacks, times, bars];
