import type { Register, RegisterType } from '../modbus/registers.ts';

/** Where a point is: registers from the ID register of its model, its type, and where its scale factor is. */
export type PointSpec = readonly [offset: number, type: RegisterType, scaleFactor?: number];

/** A model of the SunSpec information model reference: its points by name. */
export interface SunSpecModel {
  readonly points: Readonly<Record<string, PointSpec>>;
  /** Groups that are repeated: where the first one starts, registers of each, and the points of one */
  readonly modules?: { readonly start: number; readonly length: number; readonly points: SunSpecModel['points'] };
}

const inverter: SunSpecModel = {
  points: {
    A: [2, 'u16', 6],
    AphA: [3, 'u16', 6],
    AphB: [4, 'u16', 6],
    AphC: [5, 'u16', 6],
    PhVphA: [10, 'u16', 13],
    PhVphB: [11, 'u16', 13],
    PhVphC: [12, 'u16', 13],
    W: [14, 'i16', 15],
    Hz: [16, 'u16', 17],
    WH: [24, 'u32', 26],
    DCA: [27, 'u16', 28],
    DCV: [29, 'u16', 30],
    DCW: [31, 'i16', 32],
    TmpCab: [33, 'i16', 37],
    St: [38, 'u16'],
  },
};

const inverterFloat: SunSpecModel = {
  points: {
    A: [2, 'f32'],
    AphA: [4, 'f32'],
    AphB: [6, 'f32'],
    AphC: [8, 'f32'],
    PhVphA: [16, 'f32'],
    PhVphB: [18, 'f32'],
    PhVphC: [20, 'f32'],
    W: [22, 'f32'],
    Hz: [24, 'f32'],
    WH: [32, 'f32'],
    DCA: [34, 'f32'],
    DCV: [36, 'f32'],
    DCW: [38, 'f32'],
    TmpCab: [40, 'f32'],
    St: [48, 'u16'],
  },
};

const meter: SunSpecModel = {
  points: {
    A: [2, 'i16', 6],
    AphA: [3, 'i16', 6],
    AphB: [4, 'i16', 6],
    AphC: [5, 'i16', 6],
    PhV: [7, 'i16', 15],
    PhVphA: [8, 'i16', 15],
    PhVphB: [9, 'i16', 15],
    PhVphC: [10, 'i16', 15],
    Hz: [16, 'i16', 17],
    W: [18, 'i16', 22],
    WphA: [19, 'i16', 22],
    WphB: [20, 'i16', 22],
    WphC: [21, 'i16', 22],
    TotWhExp: [38, 'u32', 54],
    TotWhImp: [46, 'u32', 54],
  },
};

const meterFloat: SunSpecModel = {
  points: {
    A: [2, 'f32'],
    AphA: [4, 'f32'],
    AphB: [6, 'f32'],
    AphC: [8, 'f32'],
    PhV: [10, 'f32'],
    PhVphA: [12, 'f32'],
    PhVphB: [14, 'f32'],
    PhVphC: [16, 'f32'],
    Hz: [26, 'f32'],
    W: [28, 'f32'],
    WphA: [30, 'f32'],
    WphB: [32, 'f32'],
    WphC: [34, 'f32'],
    TotWhExp: [60, 'f32'],
    TotWhImp: [68, 'f32'],
  },
};

/** The models that are known here, by their number. */
export const MODELS: Readonly<Record<number, SunSpecModel>> = {
  101: inverter,
  102: inverter,
  103: inverter,
  111: inverterFloat,
  112: inverterFloat,
  113: inverterFloat,
  120: { points: { DERTyp: [2, 'u16'], WRtg: [3, 'u16', 4], WHRtg: [19, 'u16', 20] } },
  121: { points: { WMax: [2, 'u16', 22] } },
  123: {
    points: {
      Conn: [4, 'u16'],
      WMaxLimPct: [5, 'u16', 23],
      WMaxLimPct_WinTms: [6, 'u16'],
      WMaxLimPct_RvrtTms: [7, 'u16'],
      WMaxLim_Ena: [9, 'u16'],
    },
  },
  124: {
    points: {
      WChaMax: [2, 'u16', 18],
      StorCtl_Mod: [5, 'u16'],
      MinRsvPct: [7, 'u16', 21],
      ChaState: [8, 'u16', 22],
      InBatV: [10, 'u16', 24],
      ChaSt: [11, 'u16'],
      OutWRte: [12, 'i16', 25],
      InWRte: [13, 'i16', 25],
      InOutWRte_RvrtTms: [15, 'u16'],
      ChaGriSet: [17, 'u16'],
    },
  },
  160: {
    points: { N: [8, 'u16'] },
    modules: {
      start: 10,
      length: 20,
      points: {
        DCA: [9, 'u16', 2],
        DCV: [10, 'u16', 3],
        DCW: [11, 'u16', 4],
        DCWH: [12, 'u32', 5],
      },
    },
  },
  201: meter,
  202: meter,
  203: meter,
  204: meter,
  211: meterFloat,
  212: meterFloat,
  213: meterFloat,
  214: meterFloat,
  701: {
    points: {
      W: [10, 'i16', 116],
      WH: [19, 'u64', 120],
      AphA: [45, 'i16', 113],
      AphB: [68, 'i16', 113],
      AphC: [91, 'i16', 113],
      PhVphA: [47, 'u16', 114],
      PhVphB: [70, 'u16', 114],
      PhVphC: [93, 'u16', 114],
    },
  },
  802: {
    points: {
      WHRtg: [3, 'u16', 53],
      SoCRsvMin: [10, 'u16', 56],
      SoC: [11, 'u16', 56],
      SoH: [13, 'u16', 58],
      ChaSt: [16, 'u16'],
      V: [34, 'u16', 59],
      A: [44, 'i16', 61],
      W: [47, 'i16', 63],
    },
  },
};

/** Numbers of the models that say the same, the first that a device has being taken. */
export const INVERTERS: readonly number[] = [103, 102, 101, 113, 112, 111, 701];
export const METERS: readonly number[] = [203, 204, 202, 201, 213, 214, 212, 211];

/** Where a point is in a model that begins at `address`; `undefined`: there is no such point. */
export function locate(
  model: number,
  address: number,
  point: string,
  module?: number,
): { readonly value: Register; readonly scaleFactor?: Register } | undefined {
  const { points, modules } = MODELS[model] ?? { points: {} };
  const table = module === undefined ? points : (modules?.points ?? {});
  const spec = Object.hasOwn(table, point) ? table[point] : undefined;
  if (!spec) return undefined;
  const [offset, type, scaleFactor] = spec;
  const shift = module === undefined || !modules ? 0 : modules.start + (module - 1) * modules.length;
  return {
    value: { address: address + shift + offset, type },
    ...(scaleFactor !== undefined && {
      scaleFactor: { address: address + scaleFactor, type: 'i16', min: -10, max: 10 },
    }),
  };
}
