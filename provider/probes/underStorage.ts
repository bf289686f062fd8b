import { maskText } from "../../components/spec/secrets";
import type { Sight } from "../resources/underStorageAccess";

/** Longer than Alluxio's S3 client tries an endpoint that does not answer. */
export const LOOK_SECONDS = 60;
const LONGEST_ANSWER = 200;

/**
 * `$1` web port, `$2` a path that nobody has asked for before: Alluxio remembers for a while what is not there. One request
 * to the under storage, whatever the size of what lies in it.
 */
export const LOOK_AT_UNDER_STORAGE = `curl -s -m ${LOOK_SECONDS} "http://127.0.0.1:$1/api/v1/master/webui_browse?path=$2"`;

interface Answer {
  readonly statusCode?: string;
  readonly message?: string | null;
  readonly invalidPathError?: string;
}

/**
 * What `/api/v1/master/webui_browse` says of a path that does not exist (seen with 2.9.4 and S3): `invalidPathError` where
 * the under storage was asked and has it not, else its refusal as an error. The text of a refusal may hold a key's id, and
 * is not repeated.
 * @returns undefined where the master is not ready to ask
 */
export function parseSight(text: string): Sight | undefined {
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    return { condition: "failing", answer: `no answer within ${LOOK_SECONDS} s` };
  }
  if (answer.invalidPathError) return { condition: "granted", answer: "" };
  const { statusCode = "", message } = answer;
  if (statusCode === "UNAVAILABLE" || !message) return undefined;
  if (["PERMISSION_DENIED", "UNAUTHENTICATED"].includes(statusCode))
    return { condition: "refused", answer: statusCode };
  return { condition: "failing", answer: shown(`${statusCode}: ${message}`) };
}

const START_FAILURE = /Failed to perform initial connect to UFS \S+: (.+)/g;
const REFUSAL =
  /\b40[13](?: Forbidden| Unauthorized)?|Forbidden|Access ?Denied|Unauthorized|InvalidAccessKeyId|SignatureDoesNotMatch|Auth(?:entication|orization)\w*Fail\w*/i;

/**
 * Why a master did not start, as its log ends: it gives up at once when the root under storage lets it not in.
 * @returns undefined where the under storage is not the reason
 */
export function parseStartFailure(log: string): Sight | undefined {
  const reason = [...log.matchAll(START_FAILURE)].at(-1)?.[1];
  if (reason === undefined) return undefined;
  const refusal = REFUSAL.exec(reason)?.[0];
  return refusal === undefined
    ? { condition: "failing", answer: shown(reason) }
    : { condition: "refused", answer: refusal };
}

const shown = (text: string): string => maskText(text).slice(0, LONGEST_ANSWER);
