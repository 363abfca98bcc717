import Type from 'typebox';
import type { LoadpointSettings, Plugin, Setting } from '../../../core/index.ts';
import { elapsed } from '../../shared/charging.ts';

/** What somebody outside asks of a loadpoint: `hard` switches it off in any mode, `soft` ends solar charging only. */
export interface RemoteDemand {
  /** Empty: nothing is asked */
  readonly demand: '' | 'soft' | 'hard';
  /** Who asks; free text of letters, digits, `_`, `-`, in older systems with a colon before it */
  readonly source: string;
}

const NONE: RemoteDemand = { demand: '', source: '' };

const SOURCE = '^:?[A-Za-z0-9_-]*$';

const ROW: Setting = {
  scope: 'loadpoint',
  name: 'remoteDemand',
  description:
    'hard (off in any mode), soft (no solar charging) or anything else (as usual), then a slash and who asks',
  schema: Type.Object(
    {
      demand: Type.Enum(['', 'soft', 'hard']),
      source: Type.String({ pattern: SOURCE, maxLength: 64 }),
    },
    { title: 'RemoteDemand', default: NONE },
  ),
  rest: { document: ['/remotedemand'], current: [] },
  detailed: true,
  mqtt: 'remoteDemand',
  state: 'remoteDisabled',
  early: true,
  texts: {
    value: {
      description: 'hard: off in any mode; soft: no solar charging; any other word: as usual',
      schema: Type.String({ minLength: 1 }),
      example: 'soft',
    },
    detail: {
      description: 'Who asks',
      schema: Type.String({ pattern: SOURCE, maxLength: 64 }),
      example: 'grid',
    },
  },
  parse: parseDemand,
  show: (value) => (value as RemoteDemand).demand,
};

/** Lets grid operators and automation systems hold loadpoints back. */
const remoteDemand: Plugin = {
  name: 'remote-demand',
  apply({ hooks, stages, settings, publish }) {
    settings.define(ROW);
    hooks.measured.tap('remote-demand', ({ loadpoints }) => {
      for (const { id, settings: values } of loadpoints) {
        publish('loadpoint', id, 'remoteDisabledSource', demandOf(values).source);
      }
    });
    hooks.decide.tap({ name: 'remote-demand', stage: stages.decide.off }, ({ settings: values }) => {
      const { demand, source } = demandOf(values);
      if (demand !== 'hard') return undefined;
      const text = `switched off from outside${by(source)}`;
      return {
        current: 0,
        reason: { code: 'remote-hard', text, change: CHANGE },
        timers: { pv: null, phase: null },
      };
    });
    hooks.decide.tap({ name: 'remote-demand', stage: stages.decide.surplus - 1 }, ({ settings: values }, { now }) => {
      const { demand, source } = demandOf(values);
      if (demand !== 'soft' || (values.mode !== 'pv' && values.mode !== 'minpv')) return undefined;
      const text = `solar charging is held back from outside${by(source)}`;
      const timers = { pv: elapsed(now), phase: null };
      return { current: 0, reason: { code: 'remote-soft', text, change: CHANGE }, timers };
    });
  },
};
export default remoteDemand;

const CHANGE = 'goes on when that demand is taken back';

const by = (source: string): string => (source === '' ? '' : ` by ${source.replace(/^:/, '')}`);

function demandOf(settings: Readonly<LoadpointSettings>): RemoteDemand {
  return (settings as { readonly remoteDemand?: RemoteDemand }).remoteDemand ?? NONE;
}

/** `hard/:source`, as in the path and on MQTT; whatever is neither hard nor soft asks for nothing. */
function parseDemand(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  const [word = '', ...rest] = input.trim().split('/');
  const demand = word.toLowerCase();
  return { demand: demand === 'hard' || demand === 'soft' ? demand : '', source: rest.join('/') };
}
