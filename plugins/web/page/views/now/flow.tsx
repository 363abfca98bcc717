import type { JSX } from 'preact';
import { type House, useHouse } from '../../data/house.tsx';
import { Icon } from '../../parts/icon.tsx';
import { type Text, useText } from '../../text/text.tsx';
import { balanceOf, headlineOf, type Node, type Powers } from './balance.ts';
import { drawingOf, outlineOf, type Ribbon, WIDTH } from './ribbons.ts';

/** Units of the drawing from bar to bar, and of a bar */
const HEIGHT = 96;
const BAR = 12;

/** Where the power comes from and where it goes: givers above, takers below, ribbons as wide as the power between them. */
export function Flow(): JSX.Element {
  const house = useHouse();
  const text = useText();
  const { t, format } = text;
  const powers = powersOf(house);
  const balance = balanceOf(powers);
  const { sources, uses, ribbons } = drawingOf(balance);
  const headline = headlineOf(powers);
  const grid = format.power(Math.abs(powers.grid ?? 0));
  return (
    <section class="card flow" aria-labelledby="flow-title">
      <h2 id="flow-title" class="flow-title">
        {t(`now.title.${headline}`, { power: grid })}
      </h2>
      <Side label={t('now.sources')} nodes={balance.sources} house={house} text={text} taking={false} />
      <svg
        class="flow-ribbons"
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 2 * BAR}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <defs>
          {[...new Set(ribbons.map(fadeOf))].map((fade) => (
            <Fade key={fade} name={fade} />
          ))}
        </defs>
        <g transform={`translate(0 ${BAR})`}>
          {ribbons.map((ribbon) => (
            <path key={ribbon.id} class="ribbon" fill={`url(#${fadeOf(ribbon)})`} d={outlineOf(ribbon, HEIGHT)} />
          ))}
        </g>
        {sources.map(({ id, part, x, width }) => (
          <rect key={id} class={`bar of-${part}`} x={x} y={0} width={width} height={BAR} rx={4} />
        ))}
        {uses.map(({ id, part, x, width }) => (
          <rect key={id} class={`bar of-${part}`} x={x} y={HEIGHT + BAR} width={width} height={BAR} rx={4} />
        ))}
      </svg>
      <Side label={t('now.uses')} nodes={balance.uses} house={house} text={text} taking={true} />
    </section>
  );
}

/** Name of the colours of a ribbon, which go from those of the giver to those of the taker. */
const fadeOf = ({ from, to }: Ribbon): string => `${from}-${to}`;

function Fade({ name }: { name: string }): JSX.Element {
  const [from, to] = name.split('-');
  return (
    <linearGradient id={name} gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2={HEIGHT}>
      <stop offset="15%" class={`fade of-${from}`} />
      <stop offset="85%" class={`fade of-${to}`} />
    </linearGradient>
  );
}

function Side(props: {
  label: string;
  nodes: readonly Node[];
  house: House;
  text: Text;
  taking: boolean;
}): JSX.Element {
  const { label, nodes, house, text, taking } = props;
  return (
    <ul class="flow-side" aria-label={label}>
      {nodes.map((node) => (
        <li key={node.id} class={`flow-node of-${node.part}`} data-idle={(node.power ?? 0) < 10}>
          <span class="disc">
            <Icon name={node.part} />
          </span>
          <span class="flow-name">{node.title ?? text.t(`part.${node.part}`)}</span>
          <strong class="figure flow-figure">{text.format.power(node.power)}</strong>
          <span class="flow-more">{detailOf(node, house, text, taking)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What else is worth knowing of a part: price, how full it is, how much of it is own energy. */
function detailOf({ part, id, power }: Node, { values }: House, { t, format }: Text, taking: boolean): string {
  const { site } = values;
  const currency = site.get('currency') ?? 'EUR';
  const priceOf = (price: number | null | undefined): string =>
    typeof price === 'number' ? format.price(price, currency) : '';
  if (power === undefined) return t('now.unknown');
  switch (part) {
    case 'grid':
      return taking ? priceOf(site.get('tariffFeedIn')) : priceOf(site.get('tariffGrid'));
    case 'battery': {
      const soc = site.get('batterySoc');
      return typeof soc === 'number' ? t('now.battery.full', { soc: format.percent(soc) }) : '';
    }
    case 'house': {
      const share = site.get('greenShareHome');
      return typeof share === 'number' ? t('now.solarShare', { share: format.percent(share * 100) }) : '';
    }
    case 'sun':
      return '';
    default:
      return socOf(values.loadpoints.value[Number(id.split('-')[1]) - 1], format);
  }
}

function socOf(loadpoint: House['values']['loadpoints']['value'][number] | undefined, format: Text['format']): string {
  const soc = loadpoint?.get('vehicleSoc');
  if (!soc) return '';
  return loadpoint?.get('chargerFeatureHeating') === true ? format.temperature(soc) : format.percent(soc);
}

function powersOf({ values: { site, loadpoints } }: House): Powers {
  return {
    ...(site.get('pvConfigured') === true && { pv: site.get('pvPower') ?? null }),
    ...(site.get('batteryConfigured') === true && { battery: site.get('batteryPower') ?? null }),
    ...(site.get('gridConfigured') === true && { grid: site.get('gridPower') ?? null }),
    house: site.get('homePower') ?? null,
    loadpoints: loadpoints.value.map((loadpoint) => ({
      title: loadpoint.get('title') ?? '',
      power: loadpoint.get('chargePower') ?? null,
      heating: loadpoint.get('chargerFeatureHeating') === true,
    })),
  };
}
