import type { SystemInputs } from "../../../../provider/resources/hosts/system";
import {
  forgettable,
  lastOnHost,
  leftToSystem,
  type HostFates,
} from "../../../../provider/resources/hosts/unreachableRemoval";
import type { OnHost } from "../../../../provider/resources/hosts/onHost";
import { UserError, type ResourceKind } from "../../../../provider/rpc/resource";
import { notes } from "../fakes";
import { CUT, OFF, ON_HOST, rest } from "./given";

const ID = "blue4:alluxio-dev-worker.service";
const fates = (some: Partial<HostFates> = {}): HostFates => ({
  ...{ gone: [], declared: new Set(), silent: new Set() },
  ...some,
});
const kindThat = (act: () => Promise<void>) =>
  ({ check: async () => [], delete: act }) as unknown as ResourceKind<OnHost>;
const failing = (error: Error | undefined) => kindThat(() => (error ? Promise.reject(error) : Promise.resolve()));
const request = () => ({ id: ID, state: ON_HOST, ...rest() });

describe("the last of what is removed from a host", () => {
  const removing = (error: Error | undefined, gone: string[] = []) =>
    forgettable(failing(error), fates({ gone })).delete(request());

  test.each([OFF, CUT])("a host that does not answer: how to go on ($fault)", async (error) => {
    const message = await removing(error).catch((reason: unknown) => (reason as Error).message);
    expect(message).toContain(`${ID} was not removed: ${error.message}. Bring host blue4 back`);
    expect(message).toContain("hosts: { gone: [blue4] }");
    expect(message).toContain("pulumi state delete --target-dependents");
  });

  test("any other error stays as it is, and so does success", async () => {
    const error = new UserError("the mount is in use");
    await expect(removing(error)).rejects.toBe(error);
    await expect(removing(undefined)).resolves.toBeUndefined();
  });

  test("of a host that is gone for good it is forgotten; of another one, and where it answers, it is not", async () => {
    await expect(removing(OFF, ["blue4"])).resolves.toBeUndefined();
    await expect(removing(OFF, ["blue5"])).rejects.toThrow("was not removed");
    const error = new UserError("the mount is in use");
    await expect(removing(error, ["blue4"])).rejects.toBe(error);
  });
});

describe("what is removed before it", () => {
  test.each([OFF, CUT])("leaves the state where the host does not answer, and says so ($fault)", async (error) => {
    const progress = notes();
    const known = fates();
    await leftToSystem(failing(error), known).delete({ ...request(), progress });
    expect(progress.said).toEqual([
      `${ID} is left where it is: host blue4 does not answer, and blue4:system will take it back`,
    ]);
    expect([...known.silent]).toEqual(["blue4"]);
  });

  test("a host that did not answer once is not waited for again", async () => {
    let asked = 0;
    const kind = kindThat(async () => void (asked += 1));
    await leftToSystem(kind, fates({ silent: new Set(["blue4"]) })).delete(request());
    expect(asked).toBe(0);
    await leftToSystem(kind, fates({ silent: new Set(["blue5"]) })).delete(request());
    expect(asked).toBe(1);
  });

  test("stays in the state where the spec still has the host", async () => {
    const known = fates();
    await lastOnHost(failing(undefined) as unknown as ResourceKind<SystemInputs>, known).check({
      ...{ olds: undefined, news: ON_HOST as SystemInputs, progress: notes() },
    });
    expect([...known.declared]).toEqual(["blue4"]);
    await expect(leftToSystem(failing(OFF), known).delete(request())).rejects.toThrow(`${ID} was not removed`);
    expect([...known.silent]).toEqual([]);
  });

  test("is forgotten where the host is gone for good, and any other error stays as it is", async () => {
    const progress = notes();
    await leftToSystem(failing(OFF), fates({ gone: ["blue4"] })).delete({ ...request(), progress });
    expect(progress.said).toEqual([`${ID} is forgotten, not removed: the spec says that its host is gone`]);
    const error = new UserError("the mount is in use");
    await expect(leftToSystem(failing(error), fates()).delete(request())).rejects.toBe(error);
  });
});
