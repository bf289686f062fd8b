import * as pulumi from "@pulumi/pulumi";

export const stack: string = pulumi.getStack();
