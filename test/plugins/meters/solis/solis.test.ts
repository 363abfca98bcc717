import solis from '../../../../plugins/meters/solis/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(solis, FIXTURES);
