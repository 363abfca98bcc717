import huawei from '../../../../plugins/meters/huawei/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(huawei, FIXTURES);
