import { rows, same, type Table } from './table.ts';

export const CHARGERS: Table = {
  ...same('abb-terra', ['abb']),
  ...same('alfen', ['alfen']),
  ...same('bender', ['bender', 'bender-cc', 'bender-icc']),
  ...same('cfos', ['cfos']),
  ...same('easee', ['easee'], { names: { authorize: '' } }),
  ...same('evse-wifi', ['evsewifi', 'evse-wifi']),
  ...same('fritz-dect', ['fritzdect', 'fritz-dect']),
  ...same('go-e', ['go-e', 'goe', 'go-e-v3', 'goe-v3', 'go-e-gemini']),
  ...same('heidelberg', ['heidelberg', 'heidelberg-ec']),
  ...rows('heidelberg', {
    amperfied: { model: 'amperfied' },
    'amperfied-solar': { model: 'amperfied', phaseSwitching: true },
  }),
  ...rows('keba', { 'keba-modbus': { model: 'p30' }, 'keba-p40': { model: 'p40' } }),
  ...same('keba-udp', ['keba', 'keba-udp']),
  ...same('lambda', ['lambda-zewotherm', 'lambda']),
  ...rows('mennekes', {
    amtron: { model: 'xtra' },
    'mennekes-amtron-xtra': { model: 'xtra' },
    'mennekes-compact': { model: 'compact' },
  }),
  ...same('my-pv', ['ac-elwa-2', 'ac-elwa-e', 'ac-thor']),
  ...same('nrgkick', ['nrgkick-gen2', 'nrgkick']),
  ...same('openevse', ['openevse']),
  ...rows(
    'openwb',
    { openwb: { software: '1.9' } },
    { names: { broker: 'host', id: 'chargePoint', connector: 'chargePoint', topic: '' } },
  ),
  ...rows(
    'openwb-modbus',
    { 'openwb-2.0': { phaseSwitching: true } },
    { names: { connector: 'chargePoint', identify: '' } },
  ),
  ...same('openwb-pro', ['openwb-pro']),
  ...same('peblar', ['peblar']),
  ...rows(
    'phoenix',
    {
      'phoenix-em-eth': { model: 'em-eth' },
      'phoenix-emcp': { model: 'em-eth' },
      'phoenix-ev-eth': { model: 'ev-eth' },
      'phoenix-ev-ser': { model: 'ev-ser' },
      'phoenix-evser': { model: 'ev-ser' },
      'phoenix-charx': { model: 'charx' },
      wallbe: { model: 'wallbe' },
    },
    { names: { legacy: '' } },
  ),
  ...same('pulsatrix', ['pulsatrix']),
  ...same('shelly', ['shelly'], {
    names: { power: 'power', standbypower: 'standbyPower', integrateddevice: 'integrated' },
  }),
  ...same('simpleevse', ['simpleevse']),
  ...same('smartevse', ['smartevse-http', 'smartevse-3']),
  ...same('stiebel', ['stiebel-wpm', 'stiebel-lwa']),
  ...same('tasmota', ['tasmota'], { names: { integrateddevice: 'integrated' } }),
  ...same('tesla-wall-connector', ['twc3']),
  ...same('vestel', ['vestel', 'webasto-unite']),
  ...rows('vestel', { 'webasto-next': { model: 'webasto-next' } }),
  ...rows('victron-evcs', { 'victron-evcs': { model: 'direct' }, victron: { model: 'gx' } }),
  ...same('solax', ['solax']),
  ...same(
    'warp',
    [
      'tinkerforge-warp',
      'tinkerforge-warp-ws',
      'tinkerforge-warp-pro',
      'tinkerforge-warp3',
      'tinkerforge-warp3-smart',
      'warp-ws',
    ],
    {
      names: { energymanageruri: 'energyManager' },
    },
  ),
  ...same('wattpilot', ['fronius-wattpilot', 'wattpilot']),
  ...same('zaptec', ['zaptec'], { names: { id: 'charger', priority: '' } }),
};

/** Templates of stations that speak OCPP, which all have `stationid` */
export const OCPP: Table = same('ocpp', ['ocpp'], {
  names: {
    stationid: 'station',
    idtag: 'idTag',
    remotestart: 'remoteStart',
    meterinterval: 'meterInterval',
    connecttimeout: '',
  },
});
