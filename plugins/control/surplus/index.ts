import type { Plugin } from '../../../core/index.ts';
import { followBoosted } from './boost.ts';

/** Solar surplus in the modes pv and minpv: starts, regulates, switches phases and stops. */
const surplus: Plugin = {
  name: 'surplus',
  apply({ hooks, stages }) {
    hooks.decide.tap({ name: 'surplus', stage: stages.decide.surplus }, (loadpoint, site) => {
      const { mode } = loadpoint.settings;
      return mode === 'pv' || mode === 'minpv' ? followBoosted(loadpoint, site) : undefined;
    });
  },
};
export default surplus;
