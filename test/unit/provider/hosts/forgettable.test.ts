import { forgettable } from "../../../../provider/resources/hosts/forgettable";
import type { OnHost } from "../../../../provider/resources/hosts/onHost";
import { UserError, type ResourceKind } from "../../../../provider/rpc/resource";
import { CUT, OFF, ON_HOST, rest } from "./given";

const removing = async (error: Error | undefined, gone: string[] = []) => {
  const kind = { delete: () => (error ? Promise.reject(error) : Promise.resolve()) } as unknown as ResourceKind<OnHost>;
  await forgettable(kind, gone).delete({ id: "blue4:alluxio-dev-worker.service", state: ON_HOST, ...rest() });
};

test.each([OFF, CUT])("a host that does not answer: how to go on ($fault)", async (error) => {
  const message = await removing(error).catch((reason: unknown) => (reason as Error).message);
  expect(message).toContain(
    `blue4:alluxio-dev-worker.service was not removed: ${error.message}. Bring host blue4 back`,
  );
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
