import type { ClusterConfig } from "../../../components/spec/config";
import { newCanary, type Canary } from "../canary/needles";
import { must } from "../process";
import { TestStack } from "../testStack";
import { S3Server } from "./server";

const ACCESS_KEY = "ufsAccessKey";
const SECRET_KEY = "ufsSecretKey";
/** The machine, as containers of every network reach it. */
const GATEWAY = "{{(index .IPAM.Config 0).Gateway}}";
const ACCESS_KEY_ID = "AKIDOFTHETESTS";

/** A stack whose root under storage is an S3 of the test's own, which lets nobody in without the secret. */
export class S3Stack {
  /** Knows the right secret. */
  readonly s3: S3Server;
  readonly stack: TestStack;

  private constructor(
    endpoint: string,
    s3: S3Server,
    readonly canary: Canary,
    private readonly network: string,
    edit: (config: ClusterConfig) => void,
  ) {
    this.s3 = s3;
    this.stack = new TestStack(
      "dev",
      (config) => {
        config.name = "secrets";
        config.workers = [{ name: "small", ramdisk: "128MB" }];
        config.mounts = [];
        config.underStorage = {
          uri: "s3://bucket/prefix",
          credentials: { "s3a.accessKeyId": ACCESS_KEY, "s3a.secretKey": SECRET_KEY },
          options: {
            "alluxio.underfs.s3.endpoint": endpoint,
            "alluxio.underfs.s3.disable.dns.buckets": "true",
            // Else Alluxio asks who owns the bucket.
            "alluxio.underfs.s3.inherit.acl": "false",
          },
        };
        edit(config);
      },
      // Its config has secrets.
      { plain: true },
    );
  }

  /** Nothing is made but the server, which containers of every network reach, and an empty stack that knows the secret. */
  static async start(edit: (config: ClusterConfig) => void = () => undefined): Promise<S3Stack> {
    const canary = newCanary();
    const s3 = new S3Server("bucket", { accessKeyId: ACCESS_KEY_ID, secretKey: canary.value });
    const network = `s3-of-tests-${process.pid}`;
    await must("docker", "network", "create", network);
    const gateway = await must("docker", "network", "inspect", network, "--format", GATEWAY);
    const one = new S3Stack(await s3.listen(gateway), s3, canary, network, edit);
    try {
      await one.stack.init();
      await one.stack.setSecret(ACCESS_KEY, ACCESS_KEY_ID);
      await one.setSecret(canary.value);
      return one;
    } catch (error) {
      await one.remove();
      throw error;
    }
  }

  /** What the stack says the secret is; the server is not told. */
  setSecret(value: string): Promise<void> {
    return this.stack.setSecret(SECRET_KEY, value);
  }

  /** Both change to a new secret. */
  async rotate(): Promise<Canary> {
    const next = newCanary();
    this.s3.credential = { accessKeyId: ACCESS_KEY_ID, secretKey: next.value };
    await this.setSecret(next.value);
    return next;
  }

  async remove(): Promise<void> {
    await this.stack.remove();
    await this.s3.close();
    await must("docker", "network", "rm", this.network);
  }
}
