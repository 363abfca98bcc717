import { rows, same, type Table } from './table.ts';

export const VEHICLES: Table = {
  ...same('offline', ['offline']),
  ...same('cardata', ['cardata'], {
    choice: 'the first start asks to allow it in the browser, see the README of the type',
  }),
  ...same('ovms', ['ovms'], { names: { vehicleid: 'vehicle' } }),
  ...same('teslalogger', ['teslalogger'], { names: { url: 'host', uri: 'host' } }),
  ...same('teslamate', ['teslamate']),
  ...same('tessie', ['tessie']),
  ...rows('tessie', { teslafi: { service: 'teslafi' } }),
  ...same('tronity', ['tronity']),
  ...same('volvo', ['volvo-connected'], { names: { vccapikey: 'apiKey', accesstoken: '' } }),
};
