import foxEss from '../../../../plugins/meters/foxess/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(foxEss, FIXTURES);
