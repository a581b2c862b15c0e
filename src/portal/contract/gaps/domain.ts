/** Where all services of the contract are. */
export const DOMAIN = "factorio.com";

/** True for a host of Factorio's, whether the contract has it or not. */
export function isOfDomain(host: string): boolean {
  return host === DOMAIN || host.endsWith(`.${DOMAIN}`);
}
