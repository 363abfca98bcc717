import sofar from '../../../../plugins/meters/sofar/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(sofar, FIXTURES);
