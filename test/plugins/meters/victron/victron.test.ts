import victron from '../../../../plugins/meters/victron/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(victron, FIXTURES);
