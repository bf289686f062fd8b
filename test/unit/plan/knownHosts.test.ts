import fc from "fast-check";
import { hostKeysIn, knownNames } from "../../../components/plan/ssh/knownHosts";

const DATA = "AAAAC3NzaC1lZDI1NTE5AAAAIEu97D/LWnU7Oxq3BLxyusIMwQcn0/AeVKBD9OQns0r5";
const KEY = `ssh-ed25519 ${DATA}`;
/** As `ssh-keygen -H` wrote them: blue4, 10.145.41.31, and titan34 at port 2222. */
const HASHED = `
|1|htI91wKAWqsdAKXaoaGAaupkyfE=|HscpHDCdB7M8zSgYRjZ021pvNsQ= ${KEY}
|1|8GNrJpoclYRjmXsuKNJUMus+7+w=|AtoutI5SPRkigJqTDLP5cG4w2vI= ${KEY}
|1|1JLTe/HzK7uLcoH9abz/LdICmw0=|CDJckfv6hV0iroHZdl4PWGPRP/M= ${KEY}
`;

test.each([
  ["a plain name", `blue4 ${KEY}`, ["blue4"], [KEY]],
  ["one of several", `blue4,10.145.41.31 ${KEY} a comment`, ["10.145.41.31"], [KEY]],
  ["capitals mean nothing", `Blue4 ${KEY}`, ["blue4"], [KEY]],
  ["a pattern", `*.lab,!bad.lab ${KEY}`, ["a.lab"], [KEY]],
  ["a pattern that excludes", `*.lab,!bad.lab ${KEY}`, ["bad.lab"], []],
  ["another port has another name", `blue4 ${KEY}`, ["[blue4]:2222"], []],
  ["a hashed name", HASHED, ["blue4"], [KEY]],
  ["a hashed address", HASHED, ["10.145.41.31"], [KEY]],
  ["a hashed name with its port", HASHED, ["[titan34]:2222"], [KEY]],
  ["nobody's", HASHED, ["titan34", "blue5"], []],
  ["the same key twice", `blue4 ${KEY}\nblue4 ${KEY}`, ["blue4"], [KEY]],
  ["a revoked key", `blue4 ${KEY}\n@revoked blue* ${KEY}`, ["blue4"], []],
  ["an authority's key", `@cert-authority blue4 ${KEY}`, ["blue4"], []],
  ["a comment, an old format, half a line", `# blue4 ${KEY}\nblue4 2048 35 1234\nblue4 ssh-ed25519`, ["blue4"], []],
])("%s", (_, text, names, keys) => {
  expect(hostKeysIn(text, names)).toEqual(keys);
});

test("a machine is filed by its address and by what people call it, with the port where it is another", () => {
  expect(knownNames({ host: "Blue4", address: "10.145.41.31", port: 22 })).toEqual(["10.145.41.31", "blue4"]);
  expect(knownNames({ host: "blue4", address: "blue4", port: 2222 })).toEqual(["[blue4]:2222"]);
});

test("no text at all gives a key for a machine that it does not name", () => {
  fc.assert(fc.property(fc.string(), (text) => expect(hostKeysIn(text, ["never-named.example"])).toEqual([])));
});
