import { DAY, HOUR, MINUTE } from './local-time.ts';
import { subseed, wandering } from './random.ts';
import type { Source } from './sources.ts';

/** Sun and clouds over the house: what a PV system yields per W of its peak power. */

export interface WeatherOptions {
  readonly seed: number;
  /** Degrees north */
  readonly latitude: number;
  /** Degrees east */
  readonly longitude: number;
  /** 0 clear sky to 1 overcast */
  readonly clouds: number;
  /** Degrees between the panels, which face the equator, and the ground */
  readonly tilt: number;
}

/** ms for which the light counts as constant */
const STEP = 10_000;
const RADIANS = Math.PI / 180;
/** W/m² at which peak power is stated (standard test conditions, IEC 60904-3) */
const TEST_IRRADIANCE = 1_000;
/** Wiring, inverter and warm cells */
const SYSTEM_LOSS = 0.12;
/** Share of the light that comes from the whole sky rather than from the sun */
const DIFFUSE = 0.1;
/** What the thickest clouds let through */
const OVERCAST = 0.12;

export function sky(options: WeatherOptions): Source {
  const clouds = cloudCover(options);
  return {
    power: (at) => {
      const step = Math.floor(at / STEP) * STEP;
      const clear = clearSky(step, options);
      return clear === 0 ? 0 : clear * clouds(step);
    },
    until: (at) => (Math.floor(at / STEP) + 1) * STEP,
  };
}

/**
 * W per W of peak power under a clear sky. Position of the sun after Cooper (1969); direct light after Meinel (1976):
 * I = 1353 W/m² · 0.7^(AM^0.678), with the air mass AM = 1 / sin(height).
 */
export function clearSky(at: number, { latitude, longitude, tilt }: WeatherOptions): number {
  const days = at / DAY;
  // 1970 began on 1 January, and a year has 365.25 days: exact to a day, which is enough for the declination.
  const dayOfYear = (days % 365.25) + 1;
  const declination = 23.45 * RADIANS * Math.sin((2 * Math.PI * (284 + dayOfYear)) / 365);
  const solarTime = ((days % 1) + longitude / 360) * 2 * Math.PI;
  const hourAngle = solarTime - Math.PI;
  const height = sineOfHeight(latitude * RADIANS, declination, hourAngle);
  if (height <= 0.01) return 0;
  const facing = latitude >= 0 ? latitude - tilt : latitude + tilt;
  const incidence = Math.max(0, sineOfHeight(facing * RADIANS, declination, hourAngle));
  const direct = 1_353 * 0.7 ** ((1 / height) ** 0.678);
  const light = direct * ((1 - DIFFUSE) * incidence + DIFFUSE);
  return (light / TEST_IRRADIANCE) * (1 - SYSTEM_LOSS);
}

function sineOfHeight(latitude: number, declination: number, hourAngle: number): number {
  return Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
}

/** Share of the light that gets through, from `OVERCAST` to 1: weather fronts of hours, clouds of minutes. */
function cloudCover({ seed, clouds }: WeatherOptions): (at: number) => number {
  if (clouds <= 0) return () => 1;
  const fronts = subseed(seed, 'fronts');
  const single = subseed(seed, 'clouds');
  const edges = subseed(seed, 'edges');
  return (at) => {
    const front = wandering(fronts, at / (5 * HOUR));
    const cloud = 0.75 * wandering(single, at / (11 * MINUTE)) + 0.25 * wandering(edges, at / MINUTE);
    // A cloud covers the sun when it is thicker than the gaps that the front leaves.
    const threshold = 1 - clouds * (0.4 + 1.2 * front);
    const covered = Math.min(1, Math.max(0, (cloud - threshold) * 4 + 0.5));
    return 1 - covered * (1 - OVERCAST);
  };
}
