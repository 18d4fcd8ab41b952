/** The log files while they are written: lines in any order, sorted when a file is taken out. */

export interface Entry {
  readonly time: number;
  readonly text: string;
}

export class Logbook {
  readonly #files = new Map<string, Entry[]>();

  /** One line, without its newline, for the file of that path below the logs' folder: `web1/auth.log`. */
  add(file: string, time: number, text: string): void {
    const entries = this.#files.get(file);
    if (entries) entries.push({ time, text });
    else this.#files.set(file, [{ time, text }]);
  }

  /** The files by path, sorted; the lines of each in the order of time, and as they came within a millisecond. */
  files(): Array<{ readonly file: string; readonly entries: readonly Entry[] }> {
    const files = [...this.#files].map(([file, entries]) => ({
      file,
      entries: [...entries].sort((a, b) => a.time - b.time),
    }));
    return files.sort((a, b) => (a.file < b.file ? -1 : 1));
  }
}
