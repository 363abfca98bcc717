import type { JSX } from 'preact';

/** Why a change failed, beside the control that made it; nothing where it did not. */
export function Problem({ text, id }: { text: string; id?: string }): JSX.Element {
  return (
    <p class="problem" role="alert" id={id}>
      {text}
    </p>
  );
}
