/** Where it can be said how hosts are reached. */
export const SSH_PLACES = ["hosts", "hosts.addresses.*", "hosts.bastions.*", "workers[].ssh"];

/** A field of them, as patterns. */
export const sshField = (name: string): string[] => SSH_PLACES.map((place) => `${place}.${name}`);
