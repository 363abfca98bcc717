import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

export interface ChoiceOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

/** One of a few, side by side: radio buttons, with arrows on the keyboard. `pending`: what is asked for and not in force yet. */
export function Choice<T extends string>(props: {
  label: string;
  options: readonly ChoiceOption<T>[];
  value: T | undefined;
  pending?: boolean;
  disabled?: boolean;
  /** Id of the text that says what went wrong */
  describedBy?: string;
  onChoose: (value: T) => void;
}): JSX.Element {
  const name = useId();
  return (
    <fieldset
      class="choice"
      data-pending={props.pending === true}
      disabled={props.disabled}
      aria-describedby={props.describedBy}
    >
      <legend class="unseen">{props.label}</legend>
      {props.options.map(({ value, label, hint }) => (
        <label key={value} class="choice-option" data-value={value} title={hint}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChoose(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
