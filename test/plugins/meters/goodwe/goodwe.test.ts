import goodWe from '../../../../plugins/meters/goodwe/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(goodWe, FIXTURES);
