import growatt from '../../../../plugins/meters/growatt/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(growatt, FIXTURES);
