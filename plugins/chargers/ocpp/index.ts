import Type from 'typebox';
import type { Phases, Plugin } from '../../../core/index.ts';
import { useOcpp } from '../../shared/ocpp/service.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { toReading } from './protocol.ts';

/** Options of an `ocpp` charger. */
export interface OcppChargerOptions {
  /** Id of the station, as it stands at the end of the address that it connects to */
  station: string;
  /** Number of the connector, with OCPP 2.0.1 of the EVSE; default 1 */
  connector?: number;
  /** Secret: the station has to log in with it */
  password?: string;
  /** What the station is told as identification when it is started from here; default `evcc` */
  idTag?: string;
  /** The station does not start by itself when a car is connected; default false */
  remoteStart?: boolean;
  /** Phases wired to the connector; default 3 */
  phases?: Phases;
  /** The station can be told to use one phase or three; default false */
  phaseSwitching?: boolean;
  /** A, smallest current that the station takes; default 6 */
  minCurrent?: number;
  /** A, largest current that the station takes; default: no limit of its own */
  maxCurrent?: number;
  /** s between two measurements; default 10 */
  meterInterval?: number;
}

declare module 'evcc' {
  interface ChargerTypes {
    ocpp: OcppChargerOptions;
  }
}

const schema = Type.Object({
  station: Type.String({
    minLength: 1,
    maxLength: 48,
    description: 'Id of the station, as it stands at the end of the address that it connects to',
  }),
  connector: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 32,
      default: 1,
      description: 'Number of the connector; with OCPP 2.0.1 of the EVSE',
    }),
  ),
  password: Type.Optional(
    Type.String({
      minLength: 1,
      secret: true,
      description: 'The station has to log in with it (basic authentication)',
    }),
  ),
  idTag: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 20,
      default: 'evcc',
      description: 'What the station is told as identification when it is started from here',
    }),
  ),
  remoteStart: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'The station does not start by itself when a car is connected, but wants to be told',
    }),
  ),
  phases: Type.Optional(
    Type.Union([Type.Literal(1), Type.Literal(3)], { default: 3, description: 'Phases wired to the connector' }),
  ),
  phaseSwitching: Type.Optional(
    Type.Boolean({ default: false, description: 'The station can be told to use one phase or three' }),
  ),
  minCurrent: Type.Optional(
    Type.Number({
      minimum: 1,
      maximum: 16,
      default: 6,
      unit: 'A',
      description: 'Smallest current that the station takes',
    }),
  ),
  maxCurrent: Type.Optional(
    Type.Number({
      minimum: 6,
      maximum: 500,
      unit: 'A',
      description: 'Largest current that the station takes; default: no limit of its own',
    }),
  ),
  meterInterval: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 900,
      default: 10,
      unit: 's',
      description: 'Time between two measurements; some stations want 30 or 60',
    }),
  ),
});

/** Stations that speak OCPP 1.6 or 2.0.1 and connect to the plugin `ocpp`. */
const ocppCharger: Plugin = {
  name: 'charger-ocpp',
  apply(evcc) {
    const stations = useOcpp(evcc);
    evcc.chargers.define('ocpp', {
      schema,
      create(options: OptionsOf<typeof schema, OcppChargerOptions>, context) {
        const { station, connector = 1, password, idTag = 'evcc', remoteStart = false, phases = 3 } = options;
        const { phaseSwitching = false, minCurrent = 6, maxCurrent, meterInterval = 10 } = options;
        const { fail } = context;
        if (maxCurrent !== undefined && maxCurrent < minCurrent)
          fail('EVCC_CONFIG_INVALID', `maxCurrent ${maxCurrent} A is below minCurrent ${minCurrent} A`);
        if (phaseSwitching && phases === 1)
          fail(
            'EVCC_CONFIG_INVALID',
            'a station with one phase has nothing to switch: remove phaseSwitching or phases',
          );
        const link = stations.open(
          {
            station,
            connector,
            ...(password !== undefined && { password }),
            idTag,
            remoteStart,
            phases,
            phaseSwitching,
            meterInterval: meterInterval * 1_000,
          },
          context,
        );
        return {
          traits: {
            ...(!phaseSwitching && { phases }),
            minCurrent,
            ...(maxCurrent !== undefined && { maxCurrent }),
            currentStep: 0.1,
          },
          read: async () => toReading(link.state()),
          enable: (enabled, signal) => link.order({ enabled }, signal),
          setMaxCurrent: (current, signal) => link.order({ current }, signal),
          ...(phaseSwitching && {
            setPhases: (wanted: Phases, signal: AbortSignal) => link.order({ phases: wanted }, signal),
          }),
          close: () => link.close(),
        };
      },
    });
  },
};

export default ocppCharger;
