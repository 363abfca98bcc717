import { parentPort, workerData } from 'node:worker_threads';
import { createLoader } from '../loading/loader.ts';
import { silentLogger } from '../log.ts';
import { type CatalogueSource, listTypes } from './catalogue.ts';

/** The thread of `listTypesApart`: lists the types, and takes everything that was loaded for it along when it ends. */

const { directory, version } = workerData as CatalogueSource;
const loader = createLoader({ directory });
parentPort?.postMessage(await listTypes({ loader, directory, version, log: silentLogger }));
