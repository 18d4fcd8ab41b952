/** From longitude and latitude, in degrees, to a plane. Areas stay true, because the maps compare sizes. */

/** In radians of the globe's surface; x grows to the east, y to the south, as on paper. */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

export type Projection = (longitude: number, latitude: number) => PlanePoint;

const RADIANS = Math.PI / 180;

/** Coefficients of the Equal Earth projection (Šavrič, Patterson, Jenny 2018). */
const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const ROOT = Math.sqrt(3) / 2;

/** The whole earth, with the meridian `center` in the middle; longitudes go to 180 degrees on both sides of it. */
export function equalEarth(center: number): Projection {
  return (longitude, latitude) => {
    const angle = Math.asin(ROOT * Math.sin(latitude * RADIANS));
    const square = angle * angle;
    const sixth = square * square * square;
    const slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square);
    return {
      x: ((longitude - center) * RADIANS * Math.cos(angle)) / (ROOT * slope),
      y: -angle * (A1 + A2 * square + sixth * (A3 + A4 * square)),
    };
  };
}

/** Lambert's azimuthal projection, for a part of the earth: true in the middle, hardly bent around it. */
export function azimuthal(centerLongitude: number, centerLatitude: number): Projection {
  const [sin0, cos0] = [Math.sin(centerLatitude * RADIANS), Math.cos(centerLatitude * RADIANS)];
  return (longitude, latitude) => {
    const turn = (longitude - centerLongitude) * RADIANS;
    const [sin, cos] = [Math.sin(latitude * RADIANS), Math.cos(latitude * RADIANS)];
    // The point opposite to the center is everywhere on the rim; it is given a place all the same.
    const scale = Math.sqrt(2 / Math.max(1e-9, 1 + sin0 * sin + cos0 * cos * Math.cos(turn)));
    return { x: scale * cos * Math.sin(turn), y: -scale * (cos0 * sin - sin0 * cos * Math.cos(turn)) };
  };
}
