import solax from '../../../../plugins/meters/solax/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(solax, FIXTURES);
