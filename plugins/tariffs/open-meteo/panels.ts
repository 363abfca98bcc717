/** What panels make of the sun. Pure. */

export interface Panels {
  /** W under standard conditions: 1000 W/m², 25 °C */
  readonly peak: number;
  /** W, limit of the inverter; absent: none */
  readonly limit?: number;
  /** Part of the power that arrives at the meter, 0 to 1 */
  readonly efficiency: number;
  /** Parts of the power that are lost at sunrise and sunset; less towards noon, where nothing is lost */
  readonly damping: { readonly morning: number; readonly evening: number };
}

export interface Weather {
  /** W/m² on the panels */
  readonly irradiance: number;
  /** °C of the air */
  readonly temperature: number;
}

/** ms since the epoch */
export interface Daylight {
  readonly sunrise: number;
  readonly sunset: number;
}

/** Change of power with the temperature of the cells, 1/K, of crystalline silicon */
const COEFFICIENT = -0.004;
/** How much warmer cells on a roof are than the air, K·m²/W (Ross coefficient of panels with a gap behind them) */
const ROSS = 0.0342;
/** °C of standard conditions */
const STANDARD = 25;

/** W at a time (ms since the epoch). */
export function powerOf(
  panels: Panels,
  { irradiance, temperature }: Weather,
  at: number,
  days: readonly Daylight[],
): number {
  const warmer = temperature + irradiance * ROSS - STANDARD;
  const power = (panels.peak * irradiance) / 1_000;
  const left = 1 - lossAt(panels.damping, at, days);
  return Math.max(
    0,
    Math.min(power * (1 + COEFFICIENT * warmer) * left * panels.efficiency, panels.limit ?? Number.POSITIVE_INFINITY),
  );
}

function lossAt({ morning, evening }: Panels['damping'], at: number, days: readonly Daylight[]): number {
  const day = days.find(({ sunrise, sunset }) => sunrise <= at && at <= sunset);
  if (!day) return 0;
  const half = (day.sunset - day.sunrise) / 2;
  const fromNoon = (at - day.sunrise) / half - 1;
  return fromNoon < 0 ? -fromNoon * morning : fromNoon * evening;
}
