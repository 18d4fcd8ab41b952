/**
 * A table of one's own: who runs which network, as CSV. A header row names the columns, `network` and any of the
 * others in any order; an empty cell is "not known here". The longest network that holds an address answers.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Address, parseNetwork } from '../base/address.ts';
import { NETWORK_TYPES, networkTypeOf } from '../base/network-type.ts';
import { EXIT, likeliest, type Problem, ProblemError } from '../base/problem.ts';
import { type Flaw, type Row, rowsOf } from './csv.ts';
import { asNumber, coordinates, countryCode, fieldsOf, organizationName } from './field.ts';
import { NetworkMap } from './network-map.ts';
import { dateName, FIELDS, type Field, type OriginSource, type PartialOrigin } from './origin-source.ts';
import { PagedFile } from './paged-file.ts';

/** `note` is for the people who keep the table. */
const COLUMNS = ['network', 'country', 'asn', 'organization', 'type', 'latitude', 'longitude', 'note'] as const;
type Column = (typeof COLUMNS)[number];

/** About 300 bytes of memory each; whoever knows more networks than this builds an MMDB. */
const MOST_NETWORKS = 200_000;

/** 200,000 rows of 200 characters. */
const MOST_BYTES = 40_000_000;

/** After so many problems the next ones are hardly news. */
const MOST_PROBLEMS = 20;

/** Where a table comes from: its path stands in problems, the path's last part is its name. */
export interface TableFile {
  readonly path: string;
  /** `2026-06-17`. */
  readonly date: string;
}

interface Entry {
  readonly line: number;
  readonly part: PartialOrigin;
}

/** By its name alone: CSV has no mark of its own. */
export function isTable(file: { readonly path: string }): boolean {
  return file.path.toLowerCase().endsWith('.csv');
}

/** Throws a ProblemError with every problem's line. */
export function openTable(path: string): OriginSource {
  const file = new PagedFile(path);
  const { size, modified } = file;
  file.close();
  if (size > MOST_BYTES) {
    throw new ProblemError(EXIT.badData, {
      where: path,
      what: `is larger than ${MOST_BYTES} bytes`,
      hint: 'build an MMDB',
    });
  }
  return tableFrom(readFileSync(path, 'utf8'), { path, date: dateName(modified) });
}

/** A table from its text, for whom has it in memory. Throws a ProblemError with every problem's line. */
export function tableFrom(text: string, file: TableFile): OriginSource {
  const reader = new TableReader(file);
  for (const row of rowsOf(text)) {
    reader.take(row);
    if (reader.isBeyondHope) break;
  }
  return reader.finish();
}

class TableReader {
  readonly #file: TableFile;
  readonly #entries = new NetworkMap<Entry>(MOST_NETWORKS);
  readonly #gives = new Set<Field>();
  readonly #problems: Problem[] = [];
  #columns: readonly Column[] | undefined;

  constructor(file: TableFile) {
    this.#file = file;
  }

  get isBeyondHope(): boolean {
    return this.#problems.length >= MOST_PROBLEMS || (!this.#columns && this.#problems.length > 0);
  }

  take(row: Row | Flaw): void {
    if ('flaw' in row) this.#tell(row.line, row.flaw);
    else if (this.#columns) this.#readRow(row, this.#columns);
    else this.#columns = this.#readHeader(row);
  }

  finish(): OriginSource {
    if (!this.#columns && this.#problems.length === 0) this.#tell(1, 'the table is empty');
    if (this.#problems.length > 0) throw new ProblemError(EXIT.badData, this.#problems);
    return new Table(
      this.#file,
      this.#entries,
      FIELDS.filter((field) => this.#gives.has(field)),
    );
  }

  #readHeader(row: Row): readonly Column[] | undefined {
    const columns: Column[] = [];
    for (const cell of row.cells) {
      const name = cell.trim().toLowerCase();
      const column = COLUMNS.find((known) => known === name);
      const meant = likeliest(name, COLUMNS);
      if (!column)
        this.#tell(row.line, `there is no column ${JSON.stringify(cell)}`, meant && `did you mean ${meant}?`);
      else if (columns.includes(column)) this.#tell(row.line, `the column ${column} appears twice`);
      else columns.push(column);
    }
    if (!columns.includes('network')) this.#tell(row.line, 'there is no column network');
    return this.#problems.length > 0 ? undefined : columns;
  }

  #readRow(row: Row, columns: readonly Column[]): void {
    if (row.cells.length !== columns.length) {
      this.#tell(row.line, `${row.cells.length} cells, where the first line has ${columns.length}`);
      return;
    }
    const cells = new Map(columns.map((column, i) => [column, row.cells[i]?.trim() ?? '']));
    const given = cells.get('network') ?? '';
    const network = parseNetwork(given);
    if (!network) {
      this.#tell(row.line, `${JSON.stringify(given)} is not a network`, 'ADDRESS or ADDRESS/PREFIX, host bits zero');
      return;
    }
    const read = this.#read(row.line, cells);
    // A row that only says where a network is does not say who announces it.
    const isHeld = read.asn !== undefined || read.organization !== undefined;
    const part = isHeld ? { ...read, network: network.text } : read;
    for (const field of fieldsOf(part)) this.#gives.add(field);
    const added = this.#entries.add(network, { line: row.line, part });
    if (added === 'full') this.#tell(row.line, `more than ${MOST_NETWORKS} networks`, 'build an MMDB');
    if (added !== 'known') return;
    this.#tell(row.line, `${network.text} appears twice, first in line ${this.#entries.exact(network)?.line}`);
  }

  #read(line: number, cells: ReadonlyMap<Column, string>): PartialOrigin {
    const cell = (column: Column): string => cells.get(column) ?? '';
    const country = countryCode(cell('country'));
    const asn = asNumber(cell('asn'));
    const type = networkTypeOf(cell('type').toLowerCase());
    const place = coordinates(cell('latitude'), cell('longitude'));
    if (cell('country') && !country) this.#refuse(line, cell('country'), 'a country of two letters (ISO 3166-1)');
    if (cell('asn') && !asn) this.#refuse(line, cell('asn'), 'an AS number');
    if (cell('type') && !type) this.#refuse(line, cell('type'), `a type of network: ${NETWORK_TYPES.join(', ')}`);
    if ((cell('latitude') || cell('longitude')) && place.latitude === undefined) {
      this.#refuse(line, `${cell('latitude')}, ${cell('longitude')}`, 'a latitude and a longitude in degrees');
    }
    return { country, asn, organization: organizationName(cell('organization')), type, ...place };
  }

  #refuse(line: number, given: string, wanted: string): void {
    this.#tell(line, `${JSON.stringify(given)} is not ${wanted}`);
  }

  #tell(line: number, what: string, hint?: string): void {
    this.#problems.push({ where: `${this.#file.path}:${line}`, what, ...(hint === undefined ? {} : { hint }) });
  }
}

class Table implements OriginSource {
  readonly name: string;
  readonly date: string;
  readonly path: string;
  readonly gives: readonly Field[];
  readonly credit = undefined;
  readonly faults = 0;
  #entries: NetworkMap<Entry> | undefined;

  constructor(file: TableFile, entries: NetworkMap<Entry>, gives: readonly Field[]) {
    this.name = basename(file.path);
    this.date = file.date;
    this.path = file.path;
    this.gives = gives;
    this.#entries = entries;
  }

  lookup(address: Address): PartialOrigin | undefined {
    return this.#entries?.find(address)?.part;
  }

  close(): void {
    this.#entries = undefined;
  }
}
