import sungrow from '../../../../plugins/meters/sungrow/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(sungrow, FIXTURES);
