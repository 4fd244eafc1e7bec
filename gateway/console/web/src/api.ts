import { phrase } from "../../../base/say.ts";
import type { Api } from "./api-types.ts";

export type Change = Api["Change"];

type Routes = Api["routes"];
/** Names in the gaps of a route, as `id` of `/api/incidents/{id}`. */
type Gap<R extends string> = R extends `${string}{${infer Name}}${infer Rest}` ? Name | Gap<Rest> : never;
type None = Record<never, never>;
interface Headers {
	headers?: Record<string, string>;
}
/** What a route is asked with: what stands in its gaps, and what it takes. */
type Asked<R extends keyof Routes> = ([Gap<R>] extends [never] ? None : { path: Record<Gap<R>, string> }) &
	(Routes[R]["takes"] extends null ? None : { body: Routes[R]["takes"] }) &
	Headers;
type Arguments<R extends keyof Routes> = None extends Asked<R> ? [Asked<R>?] : [Asked<R>];

/** What a route takes in its body. */
export type Body<R extends keyof Routes> = Routes[R]["takes"];

/** Asks the gateway; throws with its words and `status` when it refuses, and without `status` when nobody answers. */
export async function call<R extends keyof Routes>(route: R, ...[asked]: Arguments<R>): Promise<Routes[R]["gives"]> {
	const { path = {}, body, headers } = (asked ?? {}) as { path?: Record<string, string>; body?: unknown } & Headers;
	const [method = "GET", address = ""] = route.split(" ");
	const filled = address.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
	const init: RequestInit = { method, signal: AbortSignal.timeout(15_000) };
	if (method === "POST") {
		init.headers = { "content-type": "application/json", ...headers };
		init.body = JSON.stringify(body ?? {});
	}
	return answerTo(filled, init);
}

/** Asks for an address with what it is asked; fails as `call` does. */
export async function ask<T>(address: string, query: URLSearchParams | Record<string, string>): Promise<T> {
	return answerTo(`${address}?${new URLSearchParams(query)}`, { signal: AbortSignal.timeout(15_000) });
}

async function answerTo<T>(address: string, init: RequestInit): Promise<T> {
	const response = await fetch(address, init).catch(() => {
		throw new Error(phrase("api.noAnswer"));
	});
	if (!response.ok) throw await failed(response);
	return (await response.json()) as T;
}

/** Why the gateway has refused: its phrase, and the status. */
export async function failed(response: Response): Promise<Error & { status: number }> {
	const { reason, error } = (await response.json().catch(() => ({}))) as { reason?: string; error?: string };
	return Object.assign(new Error(reason ?? error ?? phrase("api.noAnswer")), { status: response.status });
}
