import { lookup as dnsLookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/** Addresses of a host name. */
export type Lookup = (host: string) => Promise<string[]>;

export const systemLookup: Lookup = async (host) => (await dnsLookup(host, { all: true })).map(({ address }) => address);

const privateNets = new BlockList();
for (const [net, bits] of [["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.168.0.0", 16]] as const) {
  privateNets.addSubnet(net, bits, "ipv4");
  privateNets.addSubnet(`::ffff:${net}`, 96 + bits, "ipv6");
}
privateNets.addAddress("::", "ipv6");
privateNets.addAddress("::1", "ipv6");
privateNets.addSubnet("fc00::", 7, "ipv6");
privateNets.addSubnet("fe80::", 10, "ipv6");

/** True for loopback, link-local and private addresses, and for names of which any address is one. */
export async function isPrivateHost(host: string, lookup: Lookup): Promise<boolean> {
  const bare = host.replace(/^\[|\]$/g, "");
  const addresses = isIP(bare) === 0 ? await lookup(bare) : [bare];
  return addresses.some((address) => privateNets.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"));
}
