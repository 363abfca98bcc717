import Type from 'typebox';
import type { Setting } from '../../settings.ts';
import { watts } from './schemas.ts';

/** Rows of the site: operating point, usage data. */

export const SITE_ROWS: readonly Setting[] = [
  {
    scope: 'site',
    name: 'residualPower',
    description:
      'Operating point of the grid: a positive value leaves that much surplus unused, a negative one imports',
    schema: watts('Residual power'),
    rest: { document: ['/residualpower'] },
    mqtt: 'residualPower',
    early: true,
  },
  {
    scope: 'site',
    name: 'gridExportLimit',
    description:
      'What may be fed into the grid: solar surplus beyond it would be lost, so that plans count it as free; 0: no limit',
    schema: Type.Number({ minimum: 0, maximum: 100_000, unit: 'W', default: 0 }),
    rest: { document: ['/gridexportlimit'] },
    mqtt: 'gridExportLimit',
    early: true,
  },
  {
    scope: 'site',
    name: 'solarAdjusted',
    description: 'Plans go by the solar forecast times what was generated today by what was expected of the same time',
    schema: Type.Boolean({ default: false }),
    rest: { document: ['/solaradjusted'] },
    mqtt: 'solarAdjusted',
    early: true,
  },
  {
    scope: 'site',
    name: 'telemetry',
    description: 'Allows sending anonymous usage data, to an address that has to be configured first',
    schema: Type.Boolean({ default: false }),
    rest: { document: ['/telemetry', '/settings/telemetry'], current: ['/settings/telemetry'] },
    readable: true,
    mqtt: 'telemetry',
  },
];
