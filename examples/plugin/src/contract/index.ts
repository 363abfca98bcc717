import { casesOf } from 'evcc/testing';
import { batteryPeer } from './battery.ts';
import { carPeer } from './car.ts';
import { wallboxPeer } from './charger.ts';
import { pricesPeer } from './tariff.ts';

/** The contracts of evcc against simulated hardware for each type, for the tests and for `evcc plugin check`. */
const cases: ReturnType<typeof casesOf> = casesOf({
  chargers: { acme: wallboxPeer },
  meters: { 'acme-battery': batteryPeer },
  vehicles: { 'acme-ev': carPeer },
  tariffs: { 'acme-spot': pricesPeer },
});

export default cases;
