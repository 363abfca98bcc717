import type { JSX } from 'preact';

/** Pictures of the page, drawn for it: 24 units wide, lines in the colour of the text. */
const PATHS = {
  sun: 'M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM12 2v2.2M12 19.8V22M2 12h2.2M19.8 12H22M4.9 4.9l1.6 1.6M17.5 17.5l1.6 1.6M4.9 19.1l1.6-1.6M17.5 6.5l1.6-1.6',
  grid: 'M9.5 3h5L17 21M7 21 9.5 3M8.5 10.5h7M4.5 7.5h15M7.7 16h8.6M9 10.5l7.3 5.5M15 10.5 7.7 16',
  battery: 'M8 5h8a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2ZM10 5V3h4v2M9 16.5h6M9 12.5h6',
  house: 'M3.5 11.5 12 4l8.5 7.5M6 9.5V20h12V9.5M10 20v-5.5h4V20',
  car: 'M4 16.5v-3.6c0-.6.4-1.2 1-1.3l1-.3 1.6-3.6c.3-.7 1-1.2 1.8-1.2h5.2c.8 0 1.5.5 1.8 1.2l1.6 3.6 1 .3c.6.1 1 .7 1 1.3v3.6M4 16.5h16M4 16.5V19M20 16.5V19M6.2 11.3h11.6M7 14h1.5M15.5 14H17',
  heater:
    'M12 21c3.6 0 6-2.5 6-5.8 0-2.6-1.5-4.3-2.8-6-.3 1.4-1 2.2-1.9 2.7.4-3-.6-6-3.3-8.4.2 3-.9 4.6-2.2 6.2C6.8 11.1 6 12.900 6 15.200 6 18.500 8.400 21 12 21Z',
  plug: 'M9 3v5M15 3v5M6.500 8h11v3.500a5.500 5.500 0 0 1-11 0ZM12 17v4',
  bolt: 'M13 2.500 5.500 13.500H11l-1 8 7.500-11H12Z',
  now: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.500 2',
  plan: 'M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM4 10h16M8.500 3v4M15.500 3v4M8.500 14.500l2.300 2.300 4.700-4.700',
  sessions: 'M5 4h14v17l-2.300-1.600L14.300 21 12 19.400 9.700 21l-2.400-1.600L5 21ZM8.500 8.500h7M8.500 12.500h7',
  history: 'M4 20V4M4 20h16M7.500 16l3.500-4.500 3 2.500 5-6.500',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400ZM9 14.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400Z',
  system: 'M4 5h16v10H4ZM9 20h6M12 15v5M7.500 10h2l1.500-2.500 2 4.500 1.500-2h2',
  chevron: 'M9 5.500 15.500 12 9 18.500',
  close: 'M6 6l12 12M18 6 6 18',
  limit: 'M12 4v16M8 8l4-4 4 4',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture without a meaning of its own: what it stands for has to be written beside it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
