import type { Result } from './result.ts';

export type Row = readonly [label: string, value: string, unit: string, note?: string];

/** The result for people, as lines of text. */
export function toTable(result: Result): string[] {
  const { input, house } = result;
  const rows = rowsOf(result);
  const label = Math.max(...rows.map(([text]) => text.length));
  const value = Math.max(...rows.map(([, text]) => text.length));
  const unit = Math.max(...rows.map(([, , text]) => text.length));
  const cars = input.cars.length === 0 ? '' : `, ${input.cars.length === 1 ? 'car' : 'cars'} ${input.cars.join(', ')}`;
  return [
    `${input.from} to ${input.to}, ${input.days} days${cars}`,
    `house: ${describe(house)}`,
    '',
    ...rows.map(([name, number, of, note = '']) =>
      `${name.padEnd(label)}  ${number.padStart(value)} ${of.padEnd(unit)}  ${note}`.trimEnd(),
    ),
  ];
}

/** The configuration and what was changed of it. */
export function describe({ config, mode, ready, plan }: Result['house']): string {
  return [config, mode === null ? '' : `mode ${mode}`, plan ? 'with plans' : '', ready ? 'cars leave charged' : '']
    .filter(Boolean)
    .join(', ');
}

/** One row for each number; a label that begins with spaces is a part of the one before. */
export function rowsOf({ input, house, charging, sessions, site, battery, run }: Result): readonly Row[] {
  const share = (part: number): string => (charging.energyKwh === 0 ? '' : percent(part / charging.energyKwh));
  const amount = (value: number | null): string => (value === null ? 'unknown price' : value.toFixed(2));
  const perKwh = charging.pricePerKwh === null ? '' : `${charging.pricePerKwh.toFixed(3)} ${site.currency}/kWh`;
  const minutes = input.slotSeconds / 60;
  const rows: readonly (Row | null)[] = [
    ['Energy charged', energy(charging.energyKwh), 'kWh', sessions ? `of ${energy(sessions.wantedKwh)} kWh` : ''],
    ['  from PV', energy(charging.fromPvKwh), 'kWh', share(charging.fromPvKwh)],
    battery && ['  from battery', energy(charging.fromBatteryKwh), 'kWh', share(charging.fromBatteryKwh)],
    ['  from grid', energy(charging.fromGridKwh), 'kWh', share(charging.fromGridKwh)],
    sessions && ['Unmet energy', energy(sessions.unmetKwh), 'kWh', unmetNote(sessions)],
    ['Cost of charging', amount(charging.cost), site.currency, perKwh],
    ['Cost of the house', amount(site.cost), site.currency, houseNote(site)],
    ['  on slot means', amount(site.costOnMeans), site.currency, `import and export of ${minutes} min cancel out`],
    ['Household', energy(site.householdKwh), 'kWh'],
    ['PV', energy(site.pvKwh), 'kWh'],
    ['Import', energy(site.importKwh), 'kWh'],
    ['Export', energy(site.exportKwh), 'kWh'],
    battery && ['Battery charged', energy(battery.chargedKwh), 'kWh', socNote(battery)],
    battery && ['Battery discharged', energy(battery.dischargedKwh), 'kWh'],
    ['Starts', whole(charging.starts), ''],
    ['Phase switches', whole(charging.phaseSwitches), ''],
    ['Cycles', whole(run.cycles), '', `every ${house.intervalSeconds} s, in ${run.seconds} s`],
    ['Speed', whole(run.cyclesPerSecond), 'cycles/s'],
  ];
  return rows.filter((row) => row !== null);
}

function unmetNote({ unmetCount, count }: NonNullable<Result['sessions']>): string {
  return `in ${unmetCount} of ${count} sessions`;
}

function socNote({ socAtStart, socAtEnd }: NonNullable<Result['battery']>): string {
  return `soc ${socAtStart} % to ${socAtEnd} %`;
}

function houseNote({ importCost, exportRevenue }: Result['site']): string {
  if (importCost === null || exportRevenue === null) return '';
  return `import ${importCost.toFixed(2)} − export ${exportRevenue.toFixed(2)}`;
}

function energy(kwh: number): string {
  return kwh.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function whole(count: number): string {
  return count.toLocaleString('en');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
