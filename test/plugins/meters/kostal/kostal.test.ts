import kostal from '../../../../plugins/meters/kostal/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(kostal, FIXTURES);
