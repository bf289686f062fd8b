import * as fc from "fast-check";
import { rangeIn, ROOM } from "../../support/machineNetwork";

const number = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const within = (address: string, cidr: string): boolean => {
  const [base = "", prefix = ""] = cidr.split("/");
  const size = 2 ** (32 - Number(prefix));
  return number(address) >= number(base) && number(address) < number(base) + size;
};

test("machines have addresses of the subnet, each its own, and Docker gives none of them away", () => {
  const subnets = fc.tuple(fc.nat(223), fc.nat(255), fc.nat(255), fc.integer({ min: 8, max: 24 }));
  fc.assert(
    fc.property(subnets, ([a, b, c, prefix]) => {
      const mask = 2 ** 32 - 2 ** (32 - prefix);
      const parts = [a, b, c].map((part, i) => part & ((mask / 2 ** (24 - 8 * i)) % 256));
      const subnet = `${parts.join(".")}.0/${prefix}`;
      const range = rangeIn(subnet);
      const addresses = Array.from({ length: ROOM }, (_, n) => range.address(n));
      const wrong = addresses.filter((one) => !within(one, subnet) || within(one, range.others));
      // The router of a network of Docker's has its first address.
      const taken = addresses.includes(`${parts.join(".")}.1`);
      expect([new Set(addresses).size, wrong, taken]).toEqual([ROOM, [], false]);
      expect(within(range.others.split("/")[0]!, subnet)).toBe(true);
    }),
  );
});

test.each(["10.0.0.0/25", "10.0.0.128/24", "fd00::/64", ""])("%j is refused", (subnet) => {
  expect(() => rangeIn(subnet)).toThrow("cannot be divided among machines");
});

test.each([-1, ROOM])("there is no machine %s", (n) => {
  expect(() => rangeIn("10.0.0.0/24").address(n)).toThrow("one network has room for");
});
