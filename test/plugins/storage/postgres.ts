import type { DeviceContext, Store } from '../../../core/index.ts';
import postgres from '../../../plugins/storage/postgres/index.ts';
import { applyPlugin } from '../../contract/harness.ts';

/** Opens a store as the runtime would. */
export async function openPostgres(
  options: { readonly url: string; readonly password?: string },
  context?: Partial<DeviceContext>,
): Promise<Store> {
  const plugin = await applyPlugin(postgres);
  return plugin.stores.create('postgres', options, context);
}
