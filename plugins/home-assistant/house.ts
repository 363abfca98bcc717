import type { Evcc, Setting } from '../../core/index.ts';
import type { MqttService } from '../shared/mqtt-service.ts';
import { controlsOf } from './controls.ts';
import { type DeviceInfo, type Entity, objectId, type Part, type Terms } from './entity.ts';
import { sensorsOf } from './sensors.ts';

/** A house as Home Assistant sees it: a device for the site, each loadpoint and each vehicle, with their entities. */
export interface House {
  readonly evcc: Pick<Evcc, 'state' | 'settings' | 'version'>;
  readonly mqtt: MqttService;
  /** What all identifiers begin with */
  readonly node: string;
  /** Address of its web page */
  readonly url: string | undefined;
}

/** The site, the loadpoints and the vehicles. */
export function partsOf({ evcc, mqtt }: Pick<House, 'evcc' | 'mqtt'>): readonly Part[] {
  const { site, loadpoints, vehicles } = evcc.state;
  const part = (scope: Part['scope'], id: number, object: string, values: Part['values']): Part => ({
    scope,
    id,
    object,
    base: mqtt.base(scope, id),
    values,
  });
  return [
    part('site', 0, 'site', site),
    ...loadpoints.map((values, index) => part('loadpoint', index + 1, `lp${index + 1}`, values)),
    ...[...vehicles].map(([name, values], index) => part('vehicle', index + 1, objectId('vehicle', name), values)),
  ];
}

/** Everything that is announced, each with its complete configuration. */
export function entitiesOf(house: House): readonly Entity[] {
  const { evcc, mqtt, node } = house;
  const terms = termsOf(house);
  const rows = evcc.settings.rows();
  return partsOf(house).flatMap((part) => {
    const device = deviceOf(house, part);
    const own = rows.filter(({ scope }) => scope === part.scope);
    return [...sensors(house, part, own, terms), ...controls(house, part, own, terms)].map((entity) => ({
      ...entity,
      config: {
        ...entity.config,
        unique_id: `${node}_${entity.object}`,
        availability_topic: `${mqtt.root}/status`,
        device,
        origin: { name: 'evcc', sw_version: evcc.version },
      },
    }));
  });
}

function sensors({ evcc, mqtt }: House, part: Part, rows: readonly Setting[], terms: Terms): readonly Entity[] {
  // What is set is shown by the entity that sets it.
  const controlled = new Set(
    rows.filter(({ mqtt: topic, state }) => topic !== undefined && state !== null).map((row) => row.state ?? row.name),
  );
  return evcc.state.keys(part.scope).flatMap((key) => {
    const value = part.values.get(key.name);
    if (value === undefined || controlled.has(key.name)) return [];
    return sensorsOf(part, key, mqtt.topics(part.base, key, value), terms);
  });
}

function controls({ evcc }: House, part: Part, rows: readonly Setting[], terms: Terms): readonly Entity[] {
  return rows.flatMap((row) => controlsOf(part, row, (key) => evcc.state.describe(part.scope, key), terms));
}

function termsOf({ evcc: { state } }: House): Terms {
  const currency = textOf(state.site.get('currency')) || 'EUR';
  const titles = state.site.get('vehicles');
  return {
    currency,
    costUnit: state.site.get('smartCostType') === 'co2' ? 'g/kWh' : `${currency}/kWh`,
    vehicles: Array.isArray(titles) ? titles.map(String) : [],
  };
}

function deviceOf({ evcc, node, url }: House, { scope, id, object, values }: Part): DeviceInfo {
  const title = textOf(values.get(scope === 'site' ? 'siteTitle' : 'title'));
  const model = { site: 'Site', loadpoint: 'Loadpoint', vehicle: 'Vehicle' }[scope];
  return {
    identifiers: [scope === 'site' ? node : `${node}_${object}`],
    name: title || (scope === 'site' ? 'evcc' : `${model} ${id}`),
    manufacturer: 'evcc',
    model,
    sw_version: evcc.version,
    ...(scope !== 'site' && { via_device: node }),
    ...(url !== undefined && { configuration_url: url }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
