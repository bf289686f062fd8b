import { forgettable } from "../../../../provider/resources/hosts/forgettable";
import type { OnHost } from "../../../../provider/resources/hosts/onHost";
import { UserError, type ResourceKind } from "../../../../provider/rpc/resource";
import { CUT, OFF, ON_HOST, rest } from "./given";

const removing = async (error: Error | undefined) => {
  const kind = { delete: () => (error ? Promise.reject(error) : Promise.resolve()) } as unknown as ResourceKind<OnHost>;
  await forgettable(kind).delete({ id: "blue4:alluxio-dev-worker.service", state: ON_HOST, ...rest() });
};

test.each([OFF, CUT])("a host that does not answer: how to go on ($fault)", async (error) => {
  const message = await removing(error).catch((reason: unknown) => (reason as Error).message);
  expect(message).toContain(
    `blue4:alluxio-dev-worker.service was not removed: ${error.message}. Bring host blue4 back`,
  );
  expect(message).toContain("pulumi state delete --target-dependents");
});

test("any other error stays as it is, and so does success", async () => {
  const error = new UserError("the mount is in use");
  await expect(removing(error)).rejects.toBe(error);
  await expect(removing(undefined)).resolves.toBeUndefined();
});
