import { createHmac } from "node:crypto";
import { dialled, readPhone } from "../../base/phone-number.ts";
import { phrase } from "../../base/say.ts";
import { accepted, byFault, failed, type Outcome, retry, unsure } from "./channel.ts";
import { post } from "./post.ts";

export interface AliyunAccess {
	accessKeyId: string;
	accessKeySecret: string;
	/** Address of the service. */
	url: string;
}

/** A number as these services want it: of China without its country. */
export function dialledHere(address: string): string {
	const number = readPhone(address);
	return typeof number === "string" ? dialled(number) : address;
}

/**
 * Percent-encoding of RFC 3986: what encodeURIComponent leaves alone beyond the unreserved characters is encoded too.
 */
const encode = (text: string) =>
	encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Signature of an RPC call: base64(HMAC-SHA1(secret + "&", METHOD & "/" & sorted query)), each part percent-encoded.
 */
export function aliyunSign(method: string, parameters: Record<string, string>, secret: string): string {
	const query = Object.keys(parameters)
		.sort()
		.map((k) => `${encode(k)}=${encode(parameters[k] ?? "")}`)
		.join("&");
	return createHmac("sha1", `${secret}&`)
		.update(`${method}&${encode("/")}&${encode(query)}`)
		.digest("base64");
}

export type AliyunAnswer = { status: number; body: Record<string, unknown> };

/**
 * One call of an Aliyun-style RPC service. The services know no idempotency key: what may have arrived before the
 * line broke comes back as `unsure`, and is asked about before it is sent again.
 */
export async function callAliyun(
	access: AliyunAccess,
	parameters: Record<string, string> & { Action: string },
	at: { now: number; nonce: string },
	signal: AbortSignal,
): Promise<AliyunAnswer | Outcome> {
	const all: Record<string, string> = {
		...parameters,
		Version: "2017-05-25",
		Format: "JSON",
		AccessKeyId: access.accessKeyId,
		SignatureMethod: "HMAC-SHA1",
		SignatureVersion: "1.0",
		SignatureNonce: at.nonce,
		Timestamp: `${new Date(at.now).toISOString().slice(0, 19)}Z`,
	};
	const form = new URLSearchParams({ ...all, Signature: aliyunSign("POST", all, access.accessKeySecret) });
	const response = await post(
		access.url,
		form.toString(),
		{ "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
		{ signal },
	);
	if ("fault" in response) return byFault(response);
	try {
		return { status: response.status, body: JSON.parse(response.text) as Record<string, unknown> };
	} catch {
		return response.status >= 500 || response.isCut
			? unsure(`HTTP ${response.status}`)
			: retry(phrase("attempt.noJson", { status: response.status }));
	}
}

/** Codes after which the same message may be tried again: flow control, and faults of the service. */
const AGAIN =
	/^(isp\.|isv\.BUSINESS_LIMIT_CONTROL|Throttling|ServiceUnavailable|InternalError|SignatureNonceUsed|InvalidTimeStamp)/;
const AGAIN_MS = 60_000;

/** What a service's code says of a submission; `mark` names the field with its own number for it. */
export function outcomeOf({ body }: AliyunAnswer, mark: "BizId" | "CallId"): Outcome {
	const code = String(body["Code"]);
	const detail = `${code} ${String(body["Message"] ?? "").slice(0, 200)}`;
	if (code === "OK") return accepted(`${detail} ${mark} ${String(body[mark])}`);
	return AGAIN.test(code) ? retry(detail, AGAIN_MS) : failed(detail);
}
