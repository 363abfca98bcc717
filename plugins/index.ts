import type { LoadedPlugin } from '../core/index.ts';
import access from './access/index.ts';
import battery from './control/battery/index.ts';
import circuits from './control/circuits/index.ts';
import doubts from './control/doubts/index.ts';
import minSoc from './control/min-soc/index.ts';
import mode from './control/mode/index.ts';
import reached from './control/reached/index.ts';
import remaining from './control/remaining/index.ts';
import remoteDemand from './control/remote-demand/index.ts';
import smartCost from './control/smart-cost/index.ts';
import surplus from './control/surplus/index.ts';
import vehiclePower from './control/vehicle-power/index.ts';
import forecast from './forecast/index.ts';
import history from './history/index.ts';
import modbus from './modbus/index.ts';
import planner from './planner/index.ts';
import statistics from './statistics/index.ts';
import udp from './udp/index.ts';

/** The control policies, figures and lines that every house has, in the order in which they are applied. */
const defaults: readonly LoadedPlugin[] = [
  access,
  mode,
  remoteDemand,
  minSoc,
  planner,
  reached,
  smartCost,
  surplus,
  battery,
  vehiclePower,
  circuits,
  doubts,
  remaining,
  statistics,
  forecast,
  history,
  modbus,
  udp,
];
export default defaults;
