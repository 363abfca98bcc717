import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { sunScale } from '../../data/wishes.ts';
import { type Bar, Bars } from '../../parts/bars.tsx';
import { useText } from '../../text/text.tsx';
import { hourlyOf, type Rate, ratesOf } from './rates.ts';

/** Hours ahead that are shown */
const AHEAD = 36;

/** The sun and the prices that are expected, hour by hour; nothing where nothing is expected. */
export function Forecast(): JSX.Element | null {
  const { values } = useHouse();
  const { t, format } = useText();
  const scale = sunScale(values.site);
  const sun = useRates('solar', values.site.any('tariffSolar') !== undefined).map((rate) => ({
    ...rate,
    value: rate.value * scale,
  }));
  const prices = useRates('grid', values.site.any('tariffGrid') !== undefined);
  const currency = values.site.get('currency') ?? 'EUR';
  // One price for all hours says nothing.
  const differ = new Set(prices.map(({ value }) => value)).size > 1;
  return (
    <>
      {sun.length > 0 && (
        <Hours title={t('history.sunAhead')} colour="of-sun" rates={sun} write={(watts) => format.power(watts)} />
      )}
      {differ && (
        <Hours
          title={t('history.priceAhead')}
          colour="of-grid"
          rates={prices}
          write={(price) => format.price(price, currency)}
        />
      )}
    </>
  );
}

function Hours(props: {
  title: string;
  colour: string;
  rates: readonly Rate[];
  write: (value: number) => string;
}): JSX.Element | null {
  const { now } = useHouse();
  const { format } = useText();
  const hours = hourlyOf(props.rates, now.peek(), AHEAD);
  if (hours.length === 0) return null;
  const bars = hours.map(
    ({ start, value }): Bar => ({
      label: String(new Date(start).getHours()),
      title: format.clock(start, now.peek()),
      values: [value],
    }),
  );
  return (
    <section class="card chart" aria-label={props.title}>
      <h2>{props.title}</h2>
      <Bars
        label={props.title}
        stacks={[{ name: props.title, colour: props.colour }]}
        bars={bars}
        write={props.write}
      />
    </section>
  );
}

/** Rates of a tariff, where it is `there`; none while they are not known. */
function useRates(tariff: string, there: boolean): readonly Rate[] {
  const { api } = useHouse();
  const rates = useSignal<readonly Rate[]>([]);
  useEffect(() => {
    if (!there) return;
    const away = new AbortController();
    api.ask(`tariff/${tariff}`, { signal: away.signal }).then(
      (answer) => {
        rates.value = ratesOf(answer);
      },
      () => undefined,
    );
    return () => away.abort();
  }, [api, tariff, there, rates]);
  return rates.value;
}
