import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { forecastOf, OPEN_METEO, type OpenMeteoOptions, openMeteoAt } from '../../shared/rates-service/open-meteo.ts';
import { ROOF } from '../../shared/rates-service/roof.ts';
import { createRatePlugin, type RateService } from '../../shared/rates-service/service.ts';
import { QUERY, toSlots } from './protocol.ts';

/** Options of an `open-meteo-temperature` tariff. */
export interface OpenMeteoTemperatureTariffOptions extends OpenMeteoOptions {}

declare module 'evcc' {
  interface TariffTypes {
    'open-meteo-temperature': OpenMeteoTemperatureTariffOptions;
  }
}

const { lat, lon } = ROOF;
const schema = Type.Unsafe<OpenMeteoTemperatureTariffOptions>(Type.Object({ lat, lon, ...OPEN_METEO }));

function toService(options: OpenMeteoTemperatureTariffOptions): RateService {
  return {
    kind: 'temperature',
    ...openMeteoAt(options),
    slots: async ({ json }) => toSlots(await json('/v1/forecast', forecastOf(options, QUERY))),
  };
}

/** Temperature outdoors, by the weather forecast of Open-Meteo. */
const openMeteoTemperature: Plugin = createRatePlugin('open-meteo-temperature', schema, toService);
export default openMeteoTemperature;
