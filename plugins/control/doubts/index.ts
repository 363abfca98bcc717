import type { LoadpointState, MeterReading, Plugin, Sampled } from '../../../core/index.ts';
import { watts } from '../../shared/charging.ts';

/**
 * Says in the log what is allowed, but was most likely not meant: once, until it is put right. Nothing is decided because
 * of it.
 */
const doubts: Plugin = {
  name: 'doubts',
  apply({ hooks, log }) {
    const said = new Set<string>();
    const tell = (key: string, text: string | undefined): void => {
      if (text === undefined) said.delete(key);
      else if (!said.has(key)) {
        said.add(key);
        log.warn(text);
      }
    };
    hooks.measured.tap('doubts', ({ readings, loadpoints }) => {
      for (const { name, sample } of readings.pv) {
        const power = fresh(sample);
        // An inverter that is wired the wrong way round must not be reported anew with every cloud.
        if (power < -OUTPUT) tell(`pv ${name}`, `PV meter ${name} takes ${watts(-power)}: ${REVERSED}`);
        else if (power > OUTPUT) tell(`pv ${name}`, undefined);
      }
      for (const loadpoint of loadpoints) tell(`threshold ${loadpoint.id}`, ofThresholds(loadpoint));
    });
  },
};
export default doubts;

/** W that no inverter takes for itself */
const OUTPUT = 500;

const REVERSED = 'it counts as no generation. Generation must be positive, so its sign is probably the wrong way round';

const fresh = (sample: Sampled<MeterReading> | undefined): number => (sample && !sample.stale ? sample.value.power : 0);

function ofThresholds({ title, settings }: LoadpointState): string | undefined {
  const { enableThreshold: start, disableThreshold: stop } = settings;
  const said = `${title}: an enable threshold of ${watts(start)}`;
  if (start > 0) return `${said} starts charging while the house imports; surplus is negative`;
  if (start !== 0 && start > stop) return `${said} is above the disable threshold of ${watts(stop)}`;
  return undefined;
}
