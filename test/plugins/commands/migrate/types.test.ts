import { expect, test } from 'vitest';
import { CHARGERS, OCPP } from '../../../../plugins/commands/migrate/types/chargers.ts';
import { METERS, MODBUS_MODELS } from '../../../../plugins/commands/migrate/types/meters.ts';
import type { Row } from '../../../../plugins/commands/migrate/types/table.ts';
import { TARIFFS } from '../../../../plugins/commands/migrate/types/tariffs.ts';
import { VEHICLES } from '../../../../plugins/commands/migrate/types/vehicles.ts';
import { runCommand } from '../../../helpers/run-command.ts';
import { HOUSE, migrate } from './migrating.ts';

interface Listed {
  readonly kind: string;
  readonly type: string;
  readonly options: readonly { readonly key: string; readonly required: boolean; readonly allowed: string }[];
}

const UUID = 'a301d8d0-903b-1234-94bb-d943d061b6a8';

/** What types of ours need besides a host, as evcc writes it. */
const NEEDED: Readonly<Record<string, string>> = {
  cardata: 'clientid: c0ffee, vin: WBA1',
  easee: 'user: me, password: secret1, charger: EH123456',
  'fritz-dect': "user: me, password: secret1, ain: '0876100004'",
  homeassistant: 'token: secret1, power: sensor.grid_power',
  ocpp: 'stationid: WB-1',
  ovms: 'user: me, password: secret1, vehicleid: CAR, server: "https://ovms.example.org"',
  'tibber-pulse': 'token: secret1',
  tessie: 'token: secret1, vin: 5YJ3',
  tronity: 'clientid: abc, clientsecret: secret1, vin: 5YJ3',
  volkszaehler: `uuid: ${UUID}`,
  volvo: 'vccapikey: secret1, clientid: abc, clientsecret: secret2, refreshtoken: secret3',
  wattpilot: 'password: secret1',
  zaptec: 'user: me, password: secret1, id: ZAP123456',
  discovergy: 'user: me, password: secret1',
  powerfox: 'user: me, password: secret1',
  powerwall: 'password: secret1',
  enphase: 'token: secret1',
  teslamate: 'id: 1',
};

const listed = async (): Promise<readonly Listed[]> => {
  const { out } = await runCommand('.', 'devices', '--json');
  return (JSON.parse(out) as readonly (Listed & { source: string })[]).filter(({ source }) => source === 'built in');
};

function yamlOf(name: string, row: Row, kind: string, types: readonly Listed[], form: string): string {
  const options = types.find((each) => each.kind === kind && each.type === row.type)?.options ?? [];
  const has = (key: string): boolean => options.some((each) => each.key === key);
  const usage = options.find(({ key }) => key === 'usage')?.allowed.includes('"grid"') ? 'grid' : 'battery';
  return [
    `name: '${name}', ${form}`,
    ...(has('host') ? ['host: 192.0.2.9'] : []),
    ...(has('rtu') ? ['modbus: tcpip, port: 502, id: 7'] : []),
    ...(has('usage') ? [`usage: ${usage}`] : []),
    ...(NEEDED[row.type] !== undefined ? [NEEDED[row.type]] : []),
  ].join(', ');
}

/** Types of ours that evcc has otherwise than as templates: as plugins, or not at all. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  charger: ['custom', 'heatpump', 'sgready', 'simulator'],
  meter: ['custom', 'simulator', 'sml'],
  vehicle: ['custom', 'simulator'],
};

test.each([
  ['meter', METERS],
  ['charger', { ...CHARGERS, ...OCPP }],
  ['vehicle', VEHICLES],
] as const)('every template of a %s becomes a device of ours that passes the check', async (kind, table) => {
  const types = await listed();
  const rows = Object.entries<Row>(table).filter(([, row]) =>
    types.some((each) => each.kind === kind && each.type === row.type),
  );
  const devices = rows.map(
    ([name, row]) => `  - { ${yamlOf(name, row, kind, types, `type: template, template: '${name}'`)} }`,
  );
  const site = kind === 'meter' ? '' : HOUSE;
  const yaml = `mqtt: { broker: localhost }\n${site}${kind}s:\n${devices.join('\n')}\n`;
  const { code, err, config } = await migrate(yaml);
  expect(code).toBe(0);
  expect(err).not.toContain('left out');
  const made = Object.values(config[`${kind}s`] as Record<string, { type: string }>).map(({ type }) => type);
  expect(made.slice(0, rows.length)).toEqual(rows.map(([, { type }]) => type));
  const missing = types
    .filter((each) => each.kind === kind && !made.includes(each.type) && !OTHERWISE[kind]?.includes(each.type))
    .map(({ type }) => type);
  expect(missing).toEqual([]);
});

test('meters of the type modbus are found by their model', async () => {
  const models = Object.keys(MODBUS_MODELS);
  const meters = models.map(
    (model) => `  - { name: ${model}, type: modbus, model: ${model}, uri: '192.0.2.9:502', id: 2 }`,
  );
  const { code, err, config } = await migrate(`meters:\n${meters.join('\n')}\nsite: { meters: { grid: sdm } }\n`);
  expect({ code, left: err.includes('left out') }).toEqual({ code: 0, left: false });
  expect(config.meters).toMatchObject({
    sdm: { type: 'eastron-sdm', model: 'sdm630', host: '192.0.2.9', port: 502, id: 2 },
  });
});

/** What tariffs of ours need, as evcc writes it. */
const TARIFF_OPTIONS: Readonly<Record<string, string>> = {
  amber: 'token: s1, siteid: abc, channel: general',
  ekz: 'tariff: electricity_dynamic',
  electricitymaps: 'token: s1, zone: DE',
  'electricitymaps-free': 'token: s1, zone: DE',
  elering: 'region: ee',
  energinet: 'region: DK1',
  'energinet-co2': 'region: DK1',
  entsoe: "securitytoken: s1, domain: '10Y1001A1001A82H'",
  fixed: 'price: 0.3',
  'forecast-solar': 'lat: 50, lon: 10, dec: 30, az: 0, kwp: 9.8',
  gruenstromindex: 'zip: 10117',
  ngeso: 'regionid: 1',
  nordpool: 'region: DK1',
  octopus: 'productcode: AGILE-24-10-01, region: A',
  'octopus-de': 'email: me@example.org, password: s1, accountnumber: A-1',
  'open-meteo': 'lat: 50, lon: 10, dec: 30, az: 0, kwp: 9.8',
  'open-meteo-temperature': 'lat: 50, lon: 10',
  ostrom: 'clientid: c, clientsecret: s1',
  solcast: 'site: ab-cd, token: s1, interval: 3h',
  tibber: 'token: s1',
};

test('every tariff becomes one of ours that passes the check', async () => {
  const types = (await listed()).filter(
    ({ kind, type }) => kind === 'tariff' && !['custom', 'simulator'].includes(type),
  );
  const names = [
    ...types.map(({ type }) => [type, type] as const),
    ...Object.entries<Row>(TARIFFS).map(([name, { type }]) => [name, type] as const),
  ];
  const entries = names.map(
    ([name, type]) => `    - { type: template, template: '${name}', ${TARIFF_OPTIONS[type] ?? ''} }`,
  );
  const { code, err, config } = await migrate(`${HOUSE}tariffs:\n  solar:\n${entries.join('\n')}\n`);
  expect({ code, left: err.includes('left out') }).toEqual({ code: 0, left: false });
  expect((config.tariffs as { solar: { type: string }[] }).solar.map(({ type }) => type)).toEqual(
    names.map(([, type]) => type),
  );
  expect(config.tariffs).toMatchObject({
    solar: expect.arrayContaining([expect.objectContaining({ type: 'solcast', interval: 10_800 })]),
  });
});
