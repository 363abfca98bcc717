import type { LoadedPlugin } from '../core/index.ts';
import battery from './control/battery/index.ts';
import minSoc from './control/min-soc/index.ts';
import mode from './control/mode/index.ts';
import reached from './control/reached/index.ts';
import smartCost from './control/smart-cost/index.ts';
import surplus from './control/surplus/index.ts';

/** The control policies that every house has, in the order in which they are applied. */
const defaults: readonly LoadedPlugin[] = [mode, minSoc, reached, smartCost, surplus, battery];
export default defaults;
