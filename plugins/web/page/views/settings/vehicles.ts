import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import type { Shown } from './group.tsx';

/** A vehicle, connected or not, with what is published of it. */
export interface Vehicle {
  readonly name: string;
  readonly values: Shown;
}

/** ms after which they are read again: the WebSocket does not tell of them */
const AGAIN = 5_000;

/** The vehicles, once they are known; `read` looks again, such as after a change. */
export function useVehicles(): { readonly list: readonly Vehicle[]; read(): Promise<void> } {
  const { api } = useHouse();
  const list = useSignal<readonly Vehicle[]>([]);
  const read = async (): Promise<void> => {
    const answer = (await api.ask('vehicles')) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    list.value = Object.entries(answer).map(([name, of]) => ({ name, values: { any: (key) => of[key] } }));
  };
  useEffect(() => {
    // What was read before stays; that the connection is lost is said elsewhere.
    const look = (): void => void read().catch(() => {});
    look();
    const timer = setInterval(look, AGAIN);
    return () => clearInterval(timer);
  }, [api]);
  return { list: list.value, read };
}
