/**
 * What devices answer that no others do: one harmless question each. Sources: the manufacturers' descriptions of their interfaces, as
 * named in the types' own files.
 */

/** A device that was recognized. */
export interface Match {
  readonly kind: 'charger' | 'meter';
  readonly type: string;
  /** Options besides the address; secrets are left to the user */
  readonly options?: Readonly<Record<string, unknown>>;
  /** What it calls itself; absent: nothing */
  readonly title?: string | undefined;
}

/** An answer over HTTP, by anything but trust. */
export interface HttpEvidence {
  readonly status: number;
  readonly text: string;
  /** The JSON of the text; `undefined`: it is none */
  readonly json: Fields | undefined;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface HttpSignature {
  readonly port: number;
  readonly tls?: true;
  readonly path: string;
  readonly recognize: (answer: HttpEvidence) => Match | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const has = (json: Fields | undefined, ...names: readonly string[]): json is Fields =>
  json !== undefined && names.every((name) => name in json);

/** In the order in which they are asked. */
export const HTTP_SIGNATURES: readonly HttpSignature[] = [
  {
    port: 80,
    path: '/shelly',
    recognize: ({ json }) => {
      if (!has(json, 'mac') || !(has(json, 'type', 'fw') || has(json, 'gen', 'model'))) return undefined;
      const model = `${text(json.app) ?? ''} ${text(json.type) ?? ''} ${text(json.model) ?? ''}`;
      const kind = /\bEM|3EM|SHEM|PM1|EMG/i.test(model) ? 'meter' : 'charger';
      return { kind, type: 'shelly', title: text(json.name) ?? text(json.id) ?? text(json.type) };
    },
  },
  {
    port: 80,
    path: '/api/status?filter=sse,typ,fna',
    recognize: ({ json }) =>
      has(json, 'sse', 'typ') ? { kind: 'charger', type: 'go-e', title: text(json.fna) ?? text(json.sse) } : undefined,
  },
  {
    port: 80,
    path: '/info/name',
    recognize: ({ json }) =>
      has(json, 'uid', 'type') && /^(warp|wem)/.test(text(json.type) ?? '')
        ? { kind: 'charger', type: 'warp', title: text(json.name) }
        : undefined,
  },
  {
    port: 80,
    path: '/api/1/vitals',
    recognize: ({ json }) =>
      has(json, 'contactor_closed', 'vehicle_connected')
        ? { kind: 'charger', type: 'tesla-wall-connector' }
        : undefined,
  },
  {
    port: 80,
    path: '/connect.php',
    recognize: ({ json }) =>
      has(json, 'plug_state', 'evse_signaling')
        ? { kind: 'charger', type: 'openwb-pro', title: text(json.serial) }
        : undefined,
  },
  {
    port: 80,
    path: '/getParameters',
    recognize: ({ json }) => (json?.type === 'parameters' ? { kind: 'charger', type: 'evse-wifi' } : undefined),
  },
  {
    port: 80,
    path: '/settings',
    recognize: ({ json }) =>
      has(json, 'mode_id', 'evse') ? { kind: 'charger', type: 'smartevse', title: text(json.serialnr) } : undefined,
  },
  {
    port: 80,
    path: '/status',
    recognize: ({ json }) => (has(json, 'pilot', 'state', 'amp') ? { kind: 'charger', type: 'openevse' } : undefined),
  },
  {
    port: 80,
    path: '/api',
    recognize: ({ json }) =>
      /^HWE-/.test(text(json?.product_type) ?? '')
        ? { kind: 'meter', type: 'homewizard', title: text(json?.product_name) }
        : undefined,
  },
  {
    port: 80,
    path: '/solar_api/GetAPIVersion.cgi',
    recognize: ({ json }) => (has(json, 'APIVersion', 'BaseURL') ? { kind: 'meter', type: 'fronius' } : undefined),
  },
  {
    port: 80,
    path: '/cm?cmnd=Status%200',
    recognize: ({ json }) => {
      const status = fields(json?.Status);
      const sensors = fields(json?.StatusSNS);
      if (!('Topic' in status) && !('FriendlyName' in status)) return undefined;
      const [name] = Array.isArray(status.FriendlyName) ? (status.FriendlyName as unknown[]) : [];
      return { kind: 'SML' in sensors ? 'meter' : 'charger', type: 'tasmota', title: text(name) };
    },
  },
  {
    port: 80,
    path: '/api/livedata/status',
    recognize: ({ json }) => (has(json, 'inverters', 'total') ? { kind: 'meter', type: 'opendtu' } : undefined),
  },
  {
    port: 80,
    path: '/info.xml',
    recognize: ({ text: page }) => (/<envoy_info>/.test(page) ? { kind: 'meter', type: 'enphase' } : undefined),
  },
  {
    port: 80,
    path: '/api/v2/status',
    recognize: ({ status, text: page, json }) =>
      has(json, 'USOC', 'Pac_total_W') || (status === 401 && /auth token/i.test(page))
        ? { kind: 'meter', type: 'sonnen', options: { usage: 'battery' } }
        : undefined,
  },
  {
    port: 443,
    tls: true,
    path: '/api/status',
    recognize: ({ json }) =>
      has(json, 'din', 'up_time_seconds')
        ? { kind: 'meter', type: 'powerwall', options: { usage: 'battery' }, title: text(json.din) }
        : undefined,
  },
  {
    port: 8081,
    path: '/',
    recognize: ({ json }) => (json?.generator === 'vzlogger' ? { kind: 'meter', type: 'volkszaehler' } : undefined),
  },
];

/** Something to read over Modbus TCP, and whose it is. */
export interface ModbusSignature {
  readonly port: number;
  readonly unit: number;
  readonly table: 'holding' | 'input';
  readonly address: number;
  readonly count: number;
  readonly recognize: (registers: Buffer) => Match | undefined;
}

/** Text in registers, without what fills it up. */
const words = (registers: Buffer): string =>
  registers
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]+.*$/gs, '')
    .trim();

/** Manufacturers of SunSpec devices that have a type of their own */
const SUNSPEC: readonly (readonly [RegExp, string])[] = [
  [/solaredge/i, 'solaredge'],
  [/kostal/i, 'kostal'],
  [/^sma/i, 'sma'],
];

/** The header of a SunSpec device and its common model: manufacturer 16 registers from 4 on, model 16 from 20 on. */
function sunSpec(registers: Buffer): Match | undefined {
  if (registers.toString('latin1', 0, 4) !== 'SunS') return undefined;
  const maker = words(registers.subarray(8, 40));
  const type = SUNSPEC.find(([pattern]) => pattern.test(maker))?.[1] ?? 'sunspec';
  return {
    kind: 'meter',
    type,
    options: { usage: 'pv' },
    title: `${maker} ${words(registers.subarray(40, 72))}`.trim(),
  };
}

/** In the order in which they are asked. */
export const MODBUS_SIGNATURES: readonly ModbusSignature[] = [
  { port: 502, unit: 1, table: 'holding', address: 40_000, count: 36, recognize: sunSpec },
  { port: 1502, unit: 71, table: 'holding', address: 40_000, count: 36, recognize: sunSpec },
  {
    port: 502,
    unit: 1,
    table: 'holding',
    address: 40_000,
    count: 1,
    recognize: (registers) =>
      registers.readUInt16BE() === 0xe3dc ? { kind: 'meter', type: 'e3dc', options: { usage: 'battery' } } : undefined,
  },
  {
    port: 502,
    unit: 1,
    table: 'holding',
    address: 30_000,
    count: 15,
    recognize: (registers) =>
      /^SUN2000/.test(words(registers))
        ? { kind: 'meter', type: 'huawei', options: { usage: 'pv' }, title: words(registers) }
        : undefined,
  },
  {
    port: 502,
    unit: 100,
    table: 'holding',
    address: 800,
    count: 6,
    recognize: (registers) =>
      /^[0-9a-f]{12}$/i.test(words(registers))
        ? { kind: 'meter', type: 'victron', options: { usage: 'grid' }, title: words(registers) }
        : undefined,
  },
  {
    port: 502,
    unit: 200,
    table: 'holding',
    address: 100,
    count: 17,
    recognize: (registers) =>
      /^ALF/i.test(words(registers)) ? { kind: 'charger', type: 'alfen', title: words(registers) } : undefined,
  },
  {
    port: 502,
    unit: 255,
    table: 'holding',
    address: 1_016,
    count: 2,
    recognize: (registers) => {
      const product = String(registers.readUInt32BE());
      if (/^3\d{5}$/.test(product)) return { kind: 'charger', type: 'keba', title: `P30 ${product}` };
      if (/^4\d{6}$/.test(product)) {
        return { kind: 'charger', type: 'keba', options: { model: 'p40' }, title: `P40 ${product}` };
      }
      return undefined;
    },
  },
];
