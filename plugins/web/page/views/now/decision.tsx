import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import type { ChargeMode, Reason } from '../../data/values.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/problem.tsx';
import { type Text, useText } from '../../text/text.tsx';

/** As `GET /api/loadpoints/<id>/decision` answers it, as far as it is shown */
interface Decision {
  readonly at: string;
  readonly result: { readonly enabled: boolean; readonly current: number; readonly phases: number };
  readonly binding: Statement;
  readonly change?: string;
  readonly strategy: Statement & { readonly current?: number; readonly phases?: number };
  readonly limits: readonly Lowering[];
  readonly guard: readonly Lowering[];
  readonly inputs: Inputs;
}

interface Statement {
  readonly by: string;
  readonly text: string;
}

interface Lowering extends Statement {
  readonly from?: number;
  readonly to?: number;
}

interface Inputs {
  readonly mode: ChargeMode;
  readonly minCurrent: number;
  readonly maxCurrent: number;
  readonly chargePower: number;
  readonly sitePower?: number;
  readonly gridPower?: number;
  readonly pvPower: number;
  readonly batteryPower: number;
  readonly homePower: number;
  readonly soc?: number;
  readonly price?: number;
}

/** The whole decision of the last cycle; it is read anew whenever the reason changes. */
export function DecisionDialog(props: { id: number; title: string; reason: Reason; onClose: () => void }): JSX.Element {
  const { id, title, reason, onClose } = props;
  const { api, values, now } = useHouse();
  const text = useText();
  const { t, format } = text;
  const decision = useSignal<Decision | undefined>(undefined);
  const error = useSignal('');
  useEffect(() => {
    const end = new AbortController();
    api.ask(`loadpoints/${id}/decision`, { signal: end.signal }).then(
      (answer) => {
        decision.value = answer as Decision;
        error.value = '';
      },
      (failure: Error) => {
        if (!end.signal.aborted) error.value = t('decision.failed', { reason: failure.message });
      },
    );
    return () => end.abort();
  }, [api, id, reason.text, decision, error, t]);

  const told = decision.value;
  const currency = values.site.get('currency') ?? 'EUR';
  return (
    <Dialog title={t('decision.title', { title })} onClose={onClose}>
      <p class="decision-binding">{told?.binding.text ?? reason.text}</p>
      <Problem text={error.value} />
      {told && (
        <dl class="rows">
          {told.change !== undefined && <Row name={t('decision.change')}>{told.change}</Row>}
          <Row name={t('decision.wanted')}>
            {currentOf(told.strategy.current, told.strategy.phases, text)}
            <small>{` ${told.strategy.text} (${told.strategy.by})`}</small>
          </Row>
          {[...told.limits, ...told.guard].map((each) => (
            <Row key={`${each.by} ${each.text}`} name={t('decision.limits')}>
              {loweringOf(each, text)}
              <small>{` ${each.text} (${each.by})`}</small>
            </Row>
          ))}
          <Row name={t('decision.result')}>
            {told.result.enabled ? currentOf(told.result.current, told.result.phases, text) : t('decision.off')}
          </Row>
          <Row name={t('decision.inputs')}>
            <ul class="chips">
              {inputsOf(told.inputs, text, currency).map(([name, value]) => (
                <li key={name}>
                  {name} <strong>{value}</strong>
                </li>
              ))}
            </ul>
          </Row>
        </dl>
      )}
      {told && <p class="quiet">{t('decision.since', { time: format.clock(told.at, now.value) })}</p>}
    </Dialog>
  );
}

function Row({
  name,
  children,
}: {
  name: string;
  children: JSX.Element | string | (JSX.Element | string)[];
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function currentOf(current: number | undefined, phases: number | undefined, { t, format }: Text): string {
  if (current === undefined) return t('decision.most');
  if (current === 0) return t('decision.off');
  return phases
    ? t('lp.onPhases', { current: format.current(current), phases: phasesText(phases, t) })
    : format.current(current);
}

function loweringOf({ from, to }: Lowering, text: Text): string {
  return to === undefined ? '' : `${currentOf(from, undefined, text)} → ${currentOf(to, undefined, text)}`;
}

export function phasesText(phases: number, t: Text['t']): string {
  return phases === 1 ? t('lp.phase') : t('lp.phases', { count: phases });
}

function inputsOf(inputs: Inputs, { t, format }: Text, currency: string): [string, string][] {
  const { sitePower, gridPower, soc, price, minCurrent, maxCurrent } = inputs;
  return [
    [t('decision.mode'), t(`mode.${inputs.mode}`)],
    ...(sitePower === undefined ? [] : [[t('decision.surplus'), format.power(-sitePower)] as [string, string]]),
    ...(gridPower === undefined ? [] : [[t('decision.grid'), format.power(gridPower)] as [string, string]]),
    [t('decision.sun'), format.power(inputs.pvPower)],
    [t('decision.battery'), format.power(inputs.batteryPower)],
    [t('decision.house'), format.power(inputs.homePower)],
    [t('decision.charging'), format.power(inputs.chargePower)],
    [t('decision.currents'), `${format.current(minCurrent)} – ${format.current(maxCurrent)}`],
    ...(soc === undefined ? [] : [[t('decision.soc'), format.percent(soc)] as [string, string]]),
    ...(price === undefined ? [] : [[t('decision.price'), format.price(price, currency)] as [string, string]]),
  ];
}
