import type { Result } from './result.ts';

/** The result for people, one line for each number. */
export function toTable(result: Result): string[] {
  const { input, house, charging, sessions, site, battery, run } = result;
  const share = (part: number): string => (charging.energyKwh === 0 ? '' : percent(part / charging.energyKwh));
  const amount = (value: number | null): string => (value === null ? 'unknown price' : value.toFixed(2));
  const cars = input.cars.length === 0 ? '' : `, ${input.cars.length === 1 ? 'car' : 'cars'} ${input.cars.join(', ')}`;
  const perKwh = charging.pricePerKwh === null ? '' : `${charging.pricePerKwh.toFixed(3)} ${site.currency}/kWh`;
  const rows: (readonly [label: string, value: string, unit: string, note?: string] | undefined)[] = [
    ['Energy charged', energy(charging.energyKwh), 'kWh', sessions ? `of ${energy(sessions.wantedKwh)} kWh` : ''],
    ['  from PV', energy(charging.fromPvKwh), 'kWh', share(charging.fromPvKwh)],
    battery ? ['  from battery', energy(charging.fromBatteryKwh), 'kWh', share(charging.fromBatteryKwh)] : undefined,
    ['  from grid', energy(charging.fromGridKwh), 'kWh', share(charging.fromGridKwh)],
    sessions && [
      'Unmet energy',
      energy(sessions.unmetKwh),
      'kWh',
      `in ${sessions.unmetCount} of ${sessions.count} sessions`,
    ],
    ['Cost of charging', amount(charging.cost), site.currency, perKwh],
    ['Cost of the house', amount(site.cost), site.currency, houseNote(site)],
    ['Household', energy(site.householdKwh), 'kWh'],
    ['PV', energy(site.pvKwh), 'kWh'],
    ['Import', energy(site.importKwh), 'kWh'],
    ['Export', energy(site.exportKwh), 'kWh'],
    battery
      ? ['Battery charged', energy(battery.chargedKwh), 'kWh', `soc ${battery.socAtStart} % to ${battery.socAtEnd} %`]
      : undefined,
    battery ? ['Battery discharged', energy(battery.dischargedKwh), 'kWh'] : undefined,
    ['Starts', whole(charging.starts), ''],
    ['Phase switches', whole(charging.phaseSwitches), ''],
    ['Cycles', whole(run.cycles), '', `every ${house.intervalSeconds} s, in ${run.seconds} s`],
    ['Speed', whole(run.cyclesPerSecond), 'cycles/s'],
  ].map((row) => row ?? undefined) as never;
  const shown = rows.filter((row) => row !== undefined);
  const label = Math.max(...shown.map(([text]) => text.length));
  const value = Math.max(...shown.map(([, text]) => text.length));
  const unit = Math.max(...shown.map(([, , text]) => text.length));
  return [
    `${input.from} to ${input.to}, ${input.days} days${cars}`,
    `house: ${house.config}${house.mode === null ? '' : `, mode ${house.mode}`}`,
    '',
    ...shown.map(([name, number, of, note = '']) =>
      `${name.padEnd(label)}  ${number.padStart(value)} ${of.padEnd(unit)}  ${note}`.trimEnd(),
    ),
  ];
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
