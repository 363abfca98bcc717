import type { JSX } from 'preact';

/** A tick, or a mark that something is wrong; in words it is said beside it. */
export function Sign({ well }: { well: boolean }): JSX.Element {
  return (
    <span class="device-sign" aria-hidden="true">
      {well ? '✓' : '!'}
    </span>
  );
}
