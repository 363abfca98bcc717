import Type, { type TNumber } from 'typebox';

/** Where solar panels are, and how they look at the sun; one face of a roof. */
export interface RoofOptions {
  /** °, north is positive */
  lat: number;
  /** °, east is positive */
  lon: number;
  /** ° of the panels; 0: flat, 90: upright */
  dec: number;
  /** °; 0: south, -90: east, 90: west */
  az: number;
  /** kW of the panels */
  kwp: number;
}

/** Properties of a schema for `RoofOptions`. */
export const ROOF: { lat: TNumber; lon: TNumber; dec: TNumber; az: TNumber; kwp: TNumber } = {
  lat: Type.Number({ description: 'Latitude, north is positive', minimum: -90, maximum: 90, unit: '°' }),
  lon: Type.Number({ description: 'Longitude, east is positive', minimum: -180, maximum: 180, unit: '°' }),
  dec: Type.Number({ description: 'Tilt of the panels; 0 is flat, 90 is upright', minimum: 0, maximum: 90, unit: '°' }),
  az: Type.Number({
    description: 'Where the panels look; 0 is south, -90 is east, 90 is west',
    minimum: -180,
    maximum: 180,
    unit: '°',
  }),
  kwp: Type.Number({ description: 'Power of the panels', exclusiveMinimum: 0, unit: 'kW' }),
};
