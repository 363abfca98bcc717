/**
 * What Home Assistant accepts of a single-component MQTT discovery message, written down from its documentation
 * (home-assistant.io/integrations/mqtt, sensor.mqtt, binary_sensor.mqtt, number.mqtt, select.mqtt, switch.mqtt, button.mqtt,
 * text.mqtt, datetime.mqtt; developers.home-assistant.io, sensor entity: device classes, units and state classes).
 */

/** Keys that all components of ours know */
const COMMON = [
  'availability',
  'availability_mode',
  'availability_template',
  'availability_topic',
  'default_entity_id',
  'device',
  'enabled_by_default',
  'encoding',
  'entity_category',
  'entity_picture',
  'icon',
  'json_attributes_template',
  'json_attributes_topic',
  'name',
  'origin',
  'payload_available',
  'payload_not_available',
  'qos',
  'unique_id',
];
const READ = ['state_topic', 'value_template'];
const WRITE = ['command_topic', 'command_template', 'retain'];

/** Keys by component; those after `!` are required */
const KEYS: Readonly<Record<string, { readonly allowed: readonly string[]; readonly required: readonly string[] }>> = {
  sensor: {
    allowed: [
      ...READ,
      'device_class',
      'expire_after',
      'force_update',
      'last_reset_value_template',
      'options',
      'state_class',
      'suggested_display_precision',
      'unit_of_measurement',
    ],
    required: ['state_topic'],
  },
  binary_sensor: {
    allowed: [...READ, 'device_class', 'expire_after', 'force_update', 'off_delay', 'payload_off', 'payload_on'],
    required: ['state_topic'],
  },
  number: {
    allowed: [
      ...READ,
      ...WRITE,
      'device_class',
      'max',
      'min',
      'mode',
      'optimistic',
      'payload_reset',
      'step',
      'unit_of_measurement',
    ],
    required: ['command_topic'],
  },
  select: { allowed: [...READ, ...WRITE, 'optimistic', 'options'], required: ['command_topic', 'options'] },
  switch: {
    allowed: [...READ, ...WRITE, 'device_class', 'optimistic', 'payload_off', 'payload_on', 'state_off', 'state_on'],
    required: ['command_topic'],
  },
  button: { allowed: [...WRITE, 'device_class', 'payload_press'], required: ['command_topic'] },
  text: { allowed: [...READ, ...WRITE, 'max', 'min', 'mode', 'pattern'], required: ['command_topic'] },
  datetime: { allowed: [...READ, ...WRITE, 'optimistic', 'timezone'], required: ['command_topic'] },
};

const DEVICE_KEYS = [
  'configuration_url',
  'connections',
  'hw_version',
  'identifiers',
  'manufacturer',
  'model',
  'model_id',
  'name',
  'serial_number',
  'suggested_area',
  'sw_version',
  'via_device',
];

const ENERGY = ['J', 'kJ', 'MJ', 'GJ', 'mWh', 'Wh', 'kWh', 'MWh', 'GWh', 'TWh', 'cal', 'kcal', 'Mcal', 'Gcal'];
const TOTALS = ['total', 'total_increasing'];

/** Units and state classes by device class; those that we do not use are left out and so not accepted */
const CLASSES: Readonly<Record<string, { readonly units: readonly unknown[]; readonly states: readonly string[] }>> = {
  battery: { units: ['%'], states: ['measurement'] },
  current: { units: ['A', 'mA'], states: ['measurement'] },
  distance: { units: ['km', 'm', 'cm', 'mm', 'mi', 'yd', 'ft', 'in'], states: ['measurement', ...TOTALS] },
  duration: { units: ['d', 'h', 'min', 's', 'ms'], states: ['measurement', ...TOTALS] },
  energy: { units: ENERGY, states: TOTALS },
  energy_storage: { units: ENERGY, states: ['measurement'] },
  monetary: { units: ['EUR', 'CHF', 'SEK', 'GBP', 'USD'], states: ['total'] },
  power: { units: ['mW', 'W', 'kW', 'MW', 'GW', 'TW'], states: ['measurement'] },
  timestamp: { units: [undefined], states: [] },
  voltage: { units: ['V', 'mV', 'kV'], states: ['measurement'] },
};
/** Classes of binary sensors that we use */
const BINARY_CLASSES = ['plug', 'battery_charging'];
const CONTROLS = ['number', 'select', 'switch', 'button', 'text', 'datetime'];

type Config = Readonly<Record<string, unknown>>;

/** `<prefix>/<component>/<node>/<object>/config`, of the characters that are allowed there */
const TOPIC = /^homeassistant\/([a-z_]+)\/([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)\/config$/;

/** What Home Assistant would not accept, or would warn about; empty: all is well. */
export function problemsOf(topic: string, payload: string): string[] {
  const problems: string[] = [];
  const [, component = '', node = ''] = TOPIC.exec(topic) ?? [];
  const keys = KEYS[component];
  if (!keys) return [`${topic}: no discovery topic of a known component`];
  const config = JSON.parse(payload) as Config;
  const say = (problem: string): void => void problems.push(`${topic}: ${problem}`);

  for (const key of Object.keys(config)) {
    if (![...COMMON, ...keys.allowed].includes(key)) say(`${key} is no key of ${component}`);
  }
  for (const key of keys.required) if (config[key] === undefined) say(`${key} is missing`);
  if (typeof config.name !== 'string' || config.name === '') say('no name');
  if (!String(config.unique_id).startsWith(`${node}_`)) say(`unique_id ${String(config.unique_id)}`);
  checkDevice(config.device as Config, say);
  if (typeof (config.origin as Config | undefined)?.name !== 'string') say('the origin has no name');
  checkCategory(component, config, say);
  for (const [key, value] of Object.entries(config)) {
    if (/_topic$/.test(key)) checkTopic(key, value, say);
    if (/_template$/.test(key) && !balanced(String(value))) say(`${key} is no template: ${String(value)}`);
  }
  if (component === 'sensor') checkSensor(config, say);
  if (component === 'binary_sensor' && config.device_class && !BINARY_CLASSES.includes(String(config.device_class))) {
    say(`device_class ${String(config.device_class)}`);
  }
  if (component === 'number') checkNumber(config, say);
  if (component === 'select') checkOptions(config.options, say);
  if (component === 'text' && Number(config.min ?? 0) >= Number(config.max ?? 255)) say('min must be below max');
  if (component === 'text' && Number(config.max ?? 255) > 255) say('max must not be above 255');
  return problems;
}

type Say = (problem: string) => void;

function checkDevice(device: Config, say: Say): void {
  for (const key of Object.keys(device)) if (!DEVICE_KEYS.includes(key)) say(`${key} is no key of a device`);
  const { identifiers, configuration_url: url } = device;
  if (!Array.isArray(identifiers) || identifiers.length === 0) say('the device has no identifiers');
  if (url !== undefined && !/^(https?|homeassistant):\/\/\S+$/.test(String(url)))
    say(`configuration_url ${String(url)}`);
  if (device.via_device !== undefined && Array.isArray(identifiers) && identifiers.includes(device.via_device)) {
    say('the device is behind itself');
  }
}

function checkCategory(component: string, { entity_category: category }: Config, say: Say): void {
  const allowed = CONTROLS.includes(component) ? ['config', 'diagnostic'] : ['diagnostic'];
  if (category !== undefined && !allowed.includes(String(category))) say(`entity_category ${String(category)}`);
}

function checkTopic(key: string, value: unknown, say: Say): void {
  const text = String(value);
  if (typeof value !== 'string' || text === '' || /[+#\0]/.test(text) || /^\/|\/$/.test(text)) say(`${key} ${text}`);
}

function checkSensor(config: Config, say: Say): void {
  const { device_class: name, unit_of_measurement: unit, state_class: state } = config;
  if (config.options !== undefined && name !== 'enum') say('options need device_class enum');
  if (state !== undefined && !['measurement', ...TOTALS].includes(String(state))) say(`state_class ${String(state)}`);
  if (unit === '') say('an empty unit');
  if (name === undefined) return;
  const known = CLASSES[String(name)];
  if (!known) {
    say(`device_class ${String(name)}`);
    return;
  }
  if (!known.units.includes(unit)) say(`unit ${String(unit)} of device_class ${String(name)}`);
  if (state !== undefined && !known.states.includes(String(state)))
    say(`state_class ${String(state)} of ${String(name)}`);
}

function checkNumber(config: Config, say: Say): void {
  const { min, max, step, mode, device_class: name, unit_of_measurement: unit } = config;
  if (typeof min !== 'number' || typeof max !== 'number' || min >= max) say(`range ${String(min)} to ${String(max)}`);
  if (typeof step !== 'number' || step < 0.001) say(`step ${String(step)}`);
  if (!['auto', 'box', 'slider'].includes(String(mode))) say(`mode ${String(mode)}`);
  if (name !== undefined && !CLASSES[String(name)]?.units.includes(unit))
    say(`unit ${String(unit)} of ${String(name)}`);
}

function checkOptions(options: unknown, say: Say): void {
  if (!Array.isArray(options) || options.length === 0) {
    say('no options');
    return;
  }
  if (new Set(options).size !== options.length) say('an option twice');
  // A state of this name, in any case, means that it is unknown.
  if (options.some((option) => typeof option !== 'string' || option === '' || /^none$/i.test(option)))
    say('an option that is none');
}

function balanced(template: string): boolean {
  return template.split('{{').length === 2 && template.endsWith('}}');
}
