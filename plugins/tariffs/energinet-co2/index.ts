import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { ENERGINET, type EnerginetRegion, energinetQuery, REGION } from '../../shared/rates-service/energinet.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { toSlots } from './protocol.ts';

/** Options of an `energinet-co2` tariff. */
export interface EnerginetCo2TariffOptions extends ServiceOptions {
  /** Part of Denmark */
  region: EnerginetRegion;
}

declare module 'evcc' {
  interface TariffTypes {
    'energinet-co2': EnerginetCo2TariffOptions;
  }
}

const schema = Type.Unsafe<EnerginetCo2TariffOptions>(Type.Object({ region: REGION, ...serviceUrl(ENERGINET) }));

/** ms; what began earlier is of no use */
const PAST = 3_600_000;

function toService({ region, url = ENERGINET }: EnerginetCo2TariffOptions, { context }: RateRuntime): RateService {
  return {
    kind: 'co2',
    url,
    slots: async ({ now, json }) => {
      const query = energinetQuery(region, 'Minutes5UTC', now - PAST, context.time);
      return toSlots(await json('/dataset/CO2EmisProg', { query }));
    },
  };
}

/** CO2 of electricity in Denmark, from Energinet. */
const energinetCo2: Plugin = createRatePlugin('energinet-co2', schema, toService);
export default energinetCo2;
