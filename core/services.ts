/**
 * What plugins offer each other while both are in force, by name, such as the connection to a broker. The one that offers
 * names it by declaration merging: `declare module 'evcc' { interface Services { … } }`.
 */
export interface Services {}

/** What plugins see. */
export interface ServicesPort {
  /** Offers a service until the plugin goes. Of several under one name, the latest counts. */
  provide<Name extends keyof Services>(name: Name, service: Services[Name]): void;
  /**
   * Calls `use` with the service as soon as both plugins are in force, and again when another one takes its place; never,
   * if nobody offers it. What `use` returns is called when the service, or the plugin that uses it, goes.
   */
  use<Name extends keyof Services>(name: Name, use: (service: Services[Name]) => (() => void) | undefined): void;
}

/** As the runtime keeps them: both return what ends it. `use` must not throw. */
export interface ServiceDesk {
  provide(name: string, service: unknown): () => void;
  use(name: string, use: (service: unknown) => (() => void) | undefined): () => void;
}

interface Offer {
  readonly name: string;
  readonly service: unknown;
}

interface User {
  readonly name: string;
  readonly use: (service: unknown) => (() => void) | undefined;
  offer: Offer | undefined;
  end: (() => void) | undefined;
}

export function createServices(): ServiceDesk {
  const offers: Offer[] = [];
  const users = new Set<User>();

  const connect = (user: User): void => {
    const offer = offers.findLast(({ name }) => name === user.name);
    if (offer === user.offer) return;
    user.end?.();
    user.offer = offer;
    user.end = offer && user.use(offer.service);
  };
  const connectAll = (): void => {
    for (const user of users) connect(user);
  };

  return {
    provide(name, service) {
      const offer = { name, service };
      offers.push(offer);
      connectAll();
      return () => {
        offers.splice(offers.indexOf(offer), 1);
        connectAll();
      };
    },
    use(name, use) {
      const user: User = { name, use, offer: undefined, end: undefined };
      users.add(user);
      connect(user);
      return () => {
        users.delete(user);
        user.end?.();
      };
    },
  };
}
