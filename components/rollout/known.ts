import type * as pulumi from "@pulumi/pulumi";

/** The value of an output of a real run; in a preview it may never come. */
export const known = <T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> =>
  new Promise((done) => void output.apply((value) => done(value as pulumi.Unwrap<T>)));
