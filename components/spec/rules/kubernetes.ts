import { selectText } from "../path";
import { finding, type Rule } from "./rule";

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const base = (more: string): string => `{ target: kubernetes, underStorage: { path: /nfs }, kubernetes: ${more} }`;

export const KUBERNETES_RULES: readonly Rule[] = [
  {
    name: "kubernetes.namespace",
    path: ["kubernetes.namespace"],
    message:
      "A namespace is at most 63 lower-case letters, digits and hyphens; those that start with `kube-` are Kubernetes' own.",
    example: { yaml: base("{ namespace: Alluxio }"), at: "kubernetes.namespace" },
    *check(config) {
      for (const { path, text } of selectText(config, ["kubernetes.namespace"])) {
        if (!LABEL.test(text)) {
          const better = text.toLowerCase();
          yield finding(
            path,
            "must be at most 63 lower-case letters, digits and hyphens, from a letter or digit to one.",
            LABEL.test(better) ? better : undefined,
          );
        } else if (text.startsWith("kube-")) yield finding(path, "is reserved: kube-... is Kubernetes' own.");
      }
    },
  },
  {
    name: "kubernetes.storageClass",
    path: ["kubernetes.storageClass"],
    message: "A storage class is lower-case letters, digits, hyphens and dots.",
    example: { yaml: base("{ storageClass: fast_ssd }"), at: "kubernetes.storageClass" },
    *check(config) {
      for (const { path, text } of selectText(config, ["kubernetes.storageClass"])) {
        if (!SUBDOMAIN.test(text)) yield finding(path, "must be lower-case letters, digits, hyphens and dots.");
      }
    },
  },
];
