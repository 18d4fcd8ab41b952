/** An action of an installation: its commands and parameters for one jail, tags replaced but those that a ban fills in. */
import type { JailProblem } from '../jail-problem.ts';
import { type Installation, readDefinition } from './definition.ts';
import type { Given } from './interpolate.ts';

export interface ActionFile {
  /** Unique within a jail. */
  readonly name: string;
  /** The name of its file; one that ends in `.py` is a program of the original. */
  readonly file: string;
  /** Commands (`actionban`, ...) and parameters (`port`, `blocktype?family=inet6`, ...). */
  readonly properties: ReadonlyMap<string, string>;
  readonly files: readonly string[];
  readonly problems: readonly JailProblem[];
}

const ACTION_OPTIONS = [
  'actionstart',
  'actionstart_on_demand',
  'actionstop',
  'actionflush',
  'actionreload',
  'actioncheck',
  'actionrepair',
  'actionrepair_on_unban',
  'actionban',
  'actionprolong',
  'actionreban',
  'actionunban',
  'norestored',
];

/** What only a ban knows, and what the original leaves for it. */
const OF_A_BAN = ['matches', 'ipmatches', 'ipjailmatches', 'timeout', 'bantime'];

export interface ActionRequest {
  readonly name: string;
  readonly jailName: string;
  readonly call: Given;
  readonly jail: Given;
  /** Where the jail names it. */
  readonly namedAt?: string;
}

/** @throws ProblemError when there is no such action, or what is wrong in it. */
export function readAction(installation: Installation, request: ActionRequest): ActionFile {
  const { name, jailName } = request;
  if (name.endsWith('.py')) return programOf(request);
  const call = new Map(request.call);
  if (!call.has('name')) call.set('name', jailName);
  const unique = call.get('actname') ?? name + suffix(call.get('name') ?? jailName, jailName);
  call.set('actname', unique);
  const path = `action.d/${name}`;
  const { options, given, files, problems } = readDefinition(installation, {
    path,
    known: ACTION_OPTIONS,
    jail: request.jail,
    namedAt: request.namedAt,
    call,
    ignored: OF_A_BAN,
    extent: 'known',
  });
  const commands = [...options].filter(([option]) => ACTION_OPTIONS.includes(option));
  const parameters = [...given].filter(([option]) => !ACTION_OPTIONS.includes(option) && !option.startsWith('known/'));
  return { name: unique, file: name, properties: new Map([...commands, ...parameters]), files, problems };
}

/** Two copies of one action in a jail differ by their `name`. */
function suffix(name: string, jailName: string): string {
  if (name === jailName) return '';
  return name.startsWith(jailName) ? name.slice(jailName.length) : `-${name}`;
}

function programOf({ name, call }: ActionRequest): ActionFile {
  const properties = new Map(call);
  properties.delete('actname');
  return { name: call.get('actname') ?? name.replace(/\.py$/, ''), file: name, properties, files: [], problems: [] };
}
