import sma from '../../../../plugins/meters/sma/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(sma, FIXTURES);
