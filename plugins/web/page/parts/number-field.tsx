import { useSignal } from '@preact/signals';
import type { InputHTMLAttributes, JSX } from 'preact';

type Others = Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'type' | 'role' | 'value' | 'onInput' | 'onChange' | 'onBlur'
>;

/** A field for a number. What is being written there stays as it is, whatever is drawn anew meanwhile. */
export function NumberField(
  props: Others & {
    /** Shown while nobody writes; empty: there is none */
    value: string;
    /** Called with each character */
    onWrite?: (text: string) => void;
    /** Called when the number is written to its end */
    onTake?: (text: string) => void;
  },
): JSX.Element {
  const { value, onWrite, onTake, ...others } = props;
  const written = useSignal<string | undefined>(undefined);
  return (
    <input
      {...others}
      type="number"
      inputMode="decimal"
      value={written.value ?? value}
      onInput={({ currentTarget }) => {
        written.value = currentTarget.value;
        onWrite?.(currentTarget.value);
      }}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value;
        written.value = undefined;
        onTake?.(text);
      }}
      onBlur={() => {
        written.value = undefined;
      }}
    />
  );
}
