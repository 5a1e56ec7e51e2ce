/** Callers of one key while its work runs share that work and its outcome. */
export interface SingleFlight {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Callers from here on do not share the work that runs now: it may have begun before a change. */
  forget(key: string): void;
}

export function createSingleFlight(): SingleFlight {
  const flights = new Map<string, Promise<unknown>>();
  return {
    run: <T>(key: string, work: () => Promise<T>) => {
      const flying = flights.get(key);
      if (flying !== undefined) return parseFlight<T>(flying);
      const flight = work().finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
      flights.set(key, flight);
      return flight;
    },
    forget: (key) => {
      flights.delete(key);
    },
  };
}

/** The key decides the type: one key is only ever loaded by one kind of work. */
function parseFlight<T>(flight: Promise<unknown>): Promise<T> {
  return flight as Promise<T>;
}
