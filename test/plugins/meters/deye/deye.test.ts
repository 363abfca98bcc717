import deye from '../../../../plugins/meters/deye/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(deye, FIXTURES);
