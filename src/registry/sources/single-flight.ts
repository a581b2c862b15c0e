/** Does one thing once at a time for each key: whoever asks meanwhile gets the same outcome. */
export type SingleFlight<T> = (key: string, begin: () => Promise<T>) => Promise<T>;

export function singleFlight<T>(): SingleFlight<T> {
  const underWay = new Map<string, Promise<T>>();
  return (key, begin) => {
    const known = underWay.get(key);
    if (known) return known;
    const flight = begin().finally(() => underWay.delete(key));
    underWay.set(key, flight);
    return flight;
  };
}
