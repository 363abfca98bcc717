import type { ListedType } from '../../../core/index.ts';
import { migrateDevices } from './devices.ts';
import { createDraft, type Draft } from './draft.ts';
import { migrateLoadpoints } from './loadpoints.ts';
import { migrateMessaging } from './messaging.ts';
import type { Item } from './read.ts';
import { sectionOf } from './section.ts';
import {
  migrateDatabase,
  migrateHems,
  migrateInflux,
  migrateInterval,
  migrateLog,
  migrateMqtt,
  migrateNetwork,
  migrateOthers,
  migrateProxies,
} from './services.ts';
import { completeSite, migrateCircuits, migrateSite } from './site.ts';
import { migrateTariffs } from './tariffs.ts';

/** The house of a file, in the order in which it is written. It may have problems yet. */
export function migrateHouse(file: Item, types: readonly ListedType[]): Draft | undefined {
  const draft = createDraft(types);
  const root = sectionOf(file, [], draft);
  if (!root) return undefined;
  migrateLog(root, draft);
  migrateInterval(root, draft);
  migrateDatabase(root, draft);
  migrateMqtt(root, draft);
  for (const kind of ['meter', 'charger', 'vehicle'] as const) migrateDevices(root, kind, draft);
  migrateTariffs(root, draft);
  migrateSite(root, draft);
  migrateCircuits(root, draft);
  migrateLoadpoints(root, draft);
  migrateNetwork(root, draft);
  migrateInflux(root, draft);
  migrateMessaging(root, draft);
  migrateProxies(root, draft);
  migrateHems(root, draft);
  migrateOthers(root, draft);
  root.close();
  completeSite(draft);
  return draft;
}
