import e3dc from '../../../../plugins/meters/e3dc/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(e3dc, FIXTURES);
