/** The user names that were tried most, as the table of user names has them. */
import { toLog } from '../../base/text.ts';
import { Newest } from '../facts/newest.ts';
import type { Tried } from '../question/users.ts';
import { tried } from '../question/users.ts';
import type { Ranked } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Story, Telling } from './story.ts';
import { claimOf } from './story.ts';
import { quoted } from './stranger.ts';
import type { Trail } from './trail.ts';
import { trailFrom } from './trail.ts';

const RANKS = 3;
/** With those that tie with the last; how many more there are is said. */
const NAMED = 5;
const TRAIL = 3;

export function names(telling: Telling): readonly Story[] {
  const { users } = telling.facts;
  const { compare, phrases } = telling;
  const nameOf = ({ name }: Tried): string => users.names.text(name);
  const serviceOf = ({ service }: Tried): string => users.services.text(service);
  const labels = (one: Tried): string[] => [nameOf(one), serviceOf(one)];
  const { listed } = rankEntries(tried(users), { top: RANKS, labels, compare });
  const named = listed.slice(0, NAMED);
  if (named[0] === undefined) return [];
  return [
    {
      topic: 'names',
      subject: nameOf(named[0].item),
      text: phrases.names({
        groups: groupsOf(named).map((group) => ({
          names: group.map(({ item }) => `${quoted(telling, nameOf(item))} (${serviceOf(item)})`),
          attempts: group[0]?.count ?? 0,
        })),
        ties: listed.length - named.length,
        attempts: users.total,
      }),
      claims: [
        claimOf(telling, users.total, ['users', 'total', 'attempts']),
        ...named.map(({ item, count }) =>
          claimOf(telling, count, ['users', { user: nameOf(item), service: serviceOf(item) }, 'attempts']),
        ),
      ],
      trail: trailOfNames(telling, new Set(named.map(({ item }) => nameOf(item)))),
    },
  ];
}

/** Neighbors with as many attempts together. */
function groupsOf(listed: readonly Ranked<Tried>[]): Array<Array<Ranked<Tried>>> {
  const groups: Array<Array<Ranked<Tried>>> = [];
  for (const entry of listed) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.count === entry.count) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** Of the sample: the ledger has no index of names. */
function trailOfNames({ aims }: Telling, wanted: ReadonlySet<string>): Trail {
  // As bytes, where the table has decoded them.
  const bytes = new Set([...wanted, ...[...wanted].map(toLog)]);
  const isWanted = ({ user }: { user: string | undefined }): boolean => user !== undefined && bytes.has(user);
  const newest = new Newest<number>(TRAIL);
  let last = -1;
  for (const aim of aims.lines) {
    if (aim.ban === last || !isWanted(aim)) continue;
    last = aim.ban;
    newest.add(aim.ban);
  }
  return { ...trailFrom(newest), isTelling: isWanted };
}
