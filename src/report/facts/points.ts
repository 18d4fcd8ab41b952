/** Where addresses are on the map: coordinates as small numbers, rounded so that a city is one place. */
import type { Origin } from '../../model.ts';
import { Numbers } from './numbers.ts';

/** Per degree. A tenth is 11 km at the equator: one city, whichever of its districts a source names. */
const STEPS = 10;

/**
 * The most different places. A data set of cities has about 30,000 in use; addresses at further ones are put at the
 * center of their country, like those of sources without coordinates.
 */
const POINTS = 65_535;

export class Points {
  readonly #ids = new Map<number, number>();
  readonly #keys: number[] = [];
  readonly #bySubject = new Numbers();

  /** The number of the origin's place, from 1; 0 when it has no coordinates, or impossible ones. */
  id({ latitude, longitude }: Pick<Origin, 'latitude' | 'longitude'>): number {
    if (latitude === undefined || longitude === undefined) return 0;
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return 0;
    const key = (Math.round(latitude * STEPS) + 90 * STEPS) * ROW + Math.round(longitude * STEPS) + 180 * STEPS;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#keys.length >= POINTS) return 0;
    this.#keys.push(key);
    this.#ids.set(key, this.#keys.length);
    return this.#keys.length;
  }

  /** How many different places there are. */
  get size(): number {
    return this.#keys.length;
  }

  put(subject: number, point: number): void {
    this.#bySubject.put(subject, point);
  }

  /** Of an address; 0 when it has none. */
  of(subject: number): number {
    return this.#bySubject.at(subject);
  }

  /** In degrees, of a place that has a number from 1. */
  coordinates(point: number): { readonly latitude: number; readonly longitude: number } {
    const key = this.#keys[point - 1] ?? 0;
    return { latitude: (Math.floor(key / ROW) - 90 * STEPS) / STEPS, longitude: ((key % ROW) - 180 * STEPS) / STEPS };
  }
}

/** Longitudes have so many different values. */
const ROW = 360 * STEPS + 1;
