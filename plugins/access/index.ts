import type { Plugin } from '../../core/index.ts';
import { createGuard } from './guard.ts';
import { type AccessOptions, schema } from './options.ts';

export type { AccessOptions } from './options.ts';

/** Who may use the house over the network: password, tokens and known names, as `docs/access.md` describes them. */
const access: Plugin<AccessOptions> = {
  name: 'access',
  section: { key: 'access', schema },
  apply(evcc, options: AccessOptions) {
    const guard = createGuard(options, evcc);
    evcc.services.provide('access', guard);
    evcc.hooks.setup.tapPromise('access', () => guard.load());
  },
};

export default access;
