import { isIP } from "node:net";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import { OWN_SCHEMA } from "../../base/own-schema.ts";
import { didYouMean, isLoopback } from "../../base/text.ts";
import { isTimeZone } from "../../base/time-zone.ts";
import { faultOfCameraUrl } from "./camera-url.ts";
import { type Config, ConfigSchema } from "./schema.ts";

/** One fault of a configuration, with the place where it stands (line and column count from 1). */
export interface ConfigFault {
	line: number;
	column: number;
	path: string;
	message: string;
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; faults: ConfigFault[] };

/** Largest file that is taken for a configuration, bytes. */
export const MAX_BYTES = 1 << 20;

/** So many faults are named one by one: page, log and heartbeat carry them. */
const MOST_FAULTS = 100;

/** Reads the text of a lookout.yaml. Never throws: whatever is wrong comes back as faults that name their place. */
export function parseConfig(text: string): ConfigResult {
	if (text.length > MAX_BYTES)
		return failure([{ line: 1, column: 1, path: "", message: `the file is larger than ${MAX_BYTES} bytes` }]);
	const lines = new LineCounter();
	// aliases are refused by the count: a few lines of them can expand without end
	const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
	const wrong = [...document.errors.map((e) => ({ offset: e.pos[0], why: e.message })), ...repeatedKeys(document)];
	if (wrong.length > 0) {
		return failure(wrong, ({ offset, why }) => {
			const at = lines.linePos(offset);
			return {
				line: at.line,
				column: at.col,
				path: "",
				message: `not valid YAML: ${why.split("\n")[0]?.replace(/ at line.*$/, "")}`,
			};
		});
	}
	let value: unknown;
	try {
		value = document.toJS({ maxAliasCount: 50 });
	} catch (error) {
		return failure([{ line: 1, column: 1, path: "", message: `not valid YAML: ${(error as Error).message}` }]);
	}
	const at = (path: string[], wantKey: boolean) => place(document.contents as Node | null, path, wantKey, lines);
	if (value === null || typeof value !== "object" || Array.isArray(value)) {
		return failure([
			{ line: 1, column: 1, path: "", message: "the file is empty or not a mapping; start from `lookout init`" },
		]);
	}
	const validate = compile();
	if (!validate(value)) {
		return failure(validate.errors ?? [], (e) => describe(e, at));
	}
	const config = value as Config;
	const faults = crossCheck(config).map(({ path, message }) => ({ ...at(path, false), path: join(path), message }));
	return faults.length > 0 ? failure(faults) : { ok: true, config };
}

/**
 * Keys that stand twice in one mapping. Not left to the parser, which compares each with each: 16,000 of them took it
 * three seconds.
 */
function repeatedKeys(document: Document): { offset: number; why: string }[] {
	const found: { offset: number; why: string }[] = [];
	visit(document, {
		Map: (_key, { items }) => {
			const seen = new Set<string>();
			for (const { key } of items) {
				if (!isScalar(key)) continue;
				const name = String(key.value);
				if (seen.has(name))
					found.push({ offset: key.range?.[0] ?? 0, why: `the key ${name.slice(0, 60)} stands twice` });
				seen.add(name);
			}
		},
	});
	return found;
}

/** The faults as lines `file:line:column path: message`. */
export function formatFaults(file: string, faults: ConfigFault[]): string {
	return faults
		.map((f) => `${file}:${f.line}:${f.column} ${f.path === "" ? "" : `${f.path}: `}${f.message}`)
		.join("\n");
}

let validator: ValidateFunction<Config> | undefined;

/** Compiling the schema takes longer than all validations of a day: once is enough. */
function compile(): ValidateFunction<Config> {
	validator ??= new Ajv({
		...OWN_SCHEMA,
		allErrors: true,
		useDefaults: true,
		discriminator: true,
		strict: false,
		verbose: true,
	}).compile<Config>(ConfigSchema);
	return validator;
}

function describe(
	error: ErrorObject,
	at: (path: string[], wantKey: boolean) => { line: number; column: number },
): ConfigFault {
	const path = error.instancePath
		.split("/")
		.slice(1)
		.map((p) => p.replaceAll("~1", "/").replaceAll("~0", "~"));
	const parent = error.parentSchema as { description?: string; properties?: object };
	const allowed = parent?.description ? `; allowed: ${parent.description}` : "";
	const p = error.params as Record<string, never>;
	switch (error.keyword) {
		case "additionalProperties": {
			const key = String(p["additionalProperty"]);
			const known = Object.keys(parent.properties ?? {});
			const guess = didYouMean(key, known);
			const message = `unknown key; ${guess ? `did you mean "${guess}"? ` : ""}allowed: ${known.join(", ")}`;
			return { ...at([...path, key], true), path: join([...path, key]), message };
		}
		case "required": {
			const key = String(p["missingProperty"]);
			const child = (parent.properties as Record<string, { description?: string }> | undefined)?.[key];
			return {
				...at(path, true),
				path: join(path),
				message: `"${key}" is missing${child?.description ? `: ${child.description}` : ""}`,
			};
		}
		case "enum": {
			const values = (error.params as { allowedValues: string[] }).allowedValues;
			const guess = didYouMean(String(error.data), values);
			return {
				...at(path, false),
				path: join(path),
				message: `${show(error.data)} is not one of ${values.join(", ")}${guess ? `; did you mean "${guess}"?` : ""}`,
			};
		}
		case "discriminator":
			return {
				...at([...path, "type"], false),
				path: join([...path, "type"]),
				message: `is not one of rtsp, mjpeg, snapshot, file, folder`,
			};
		default:
			return {
				...at(path, false),
				path: join(path),
				message: `${show(error.data)} ${error.message ?? "is not valid"}${allowed}`,
			};
	}
}

/** A value as it may be shown: short, and never a secret, since any key may hold one by mistake. */
function show(value: unknown): string {
	if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
	if (typeof value === "string") return value.length <= 24 && !/[:@]/.test(value) ? `"${value}"` : "the text";
	return Array.isArray(value) ? "the list" : "the mapping";
}

function join(path: string[]): string {
	return path.map((p, i) => (/^\d+$/.test(p) ? `[${p}]` : i === 0 ? p : `.${p}`)).join("");
}

/** Where the node at `path` stands; the nearest known parent when the node itself is missing. */
function place(
	root: Node | null,
	path: string[],
	wantKey: boolean,
	lines: LineCounter,
): { line: number; column: number } {
	let node: Node | null = root;
	let offset = root?.range?.[0] ?? 0;
	path.forEach((part, i) => {
		const found = node && childOf(node, part);
		if (!found) return;
		const { key, value } = found;
		node = value;
		const isNamed = wantKey && i === path.length - 1 && key !== undefined;
		const shown = isNamed ? key : (value ?? key);
		offset = shown?.range?.[0] ?? offset;
	});
	const at = lines.linePos(offset);
	return { line: at.line, column: at.col };
}

/** What stands under a name in a mapping, with the name, or at a place of a list; undefined where nothing is. */
function childOf(node: Node, part: string): { key?: Node; value: Node | null } | undefined {
	if (isSeq(node)) return { value: (node.items[Number(part)] as Node | undefined) ?? null };
	if (!isMap(node)) return undefined;
	const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === part);
	return pair && { key: pair.key as Node, value: pair.value as Node | null };
}

/** What a schema cannot say: ids used twice, an order of steps, a listener that leaves loopback bare. */
function crossCheck(config: Config): PathFault[] {
	return [
		...zoneFaults(config),
		...idFaults(config, "cameras"),
		...idFaults(config, "sensors"),
		...urlFaults(config),
		...config.ladder.steps.flatMap((_, i) => stepFaults(config, i)),
		...keyFaults(config),
		...proxyFaults(config),
		...listenerFaults(config, "broker"),
		...listenerFaults(config, "console"),
	];
}

interface PathFault {
	path: string[];
	message: string;
}

function zoneFaults({ tower: { timeZone } }: Config): PathFault[] {
	if (isTimeZone(timeZone)) return [];
	const message = `"${timeZone}" is no time zone; write one as Asia/Shanghai or Asia/Urumqi`;
	return [{ path: ["tower", "timeZone"], message }];
}

function idFaults(config: Config, list: "cameras" | "sensors"): PathFault[] {
	const ids = config[list].map(({ id }) => id);
	return ids.flatMap((id, i) => {
		const first = ids.indexOf(id);
		const message = `"${id}" is already the id of ${list}[${first}]`;
		return first === i ? [] : [{ path: [list, String(i), "id"], message }];
	});
}

function urlFaults({ cameras }: Config): PathFault[] {
	return cameras.flatMap(({ source }, i) => {
		const message = "url" in source ? faultOfCameraUrl(source.url) : undefined;
		return message ? [{ path: ["cameras", String(i), "source", "url"], message }] : [];
	});
}

function stepFaults({ ladder: { steps }, register: { levels } }: Config, i: number): PathFault[] {
	const step = steps[i] as Config["ladder"]["steps"][number];
	const fault = (key: string, message: string): PathFault => ({ path: ["ladder", "steps", String(i), key], message });
	const before = steps.slice(0, i).findLast((s) => s.ladder === step.ladder);
	const faults: PathFault[] = [];
	if (before && step.afterS < before.afterS) {
		const told = `must not be less than in the ${step.ladder} step before it (${before.afterS})`;
		faults.push(fault("afterS", `${step.afterS} ${told}`));
	}
	if (step.level !== undefined && !levels.includes(step.level)) {
		const known = `"${step.level}" is not one of ${levels.join(", ")} (register.levels)`;
		faults.push(fault("level", `${known}${guessOf(step.level, levels)}`));
	}
	if (step.tiers && (step.roles || step.level || step.deputies))
		faults.push(fault("tiers", "a step names tiers of teams, or people by level and role, not both"));
	return faults;
}

function keyFaults({ centre }: Config): PathFault[] {
	if (!centre) return [];
	const strangers = Object.keys(centre.keys ?? {}).filter((tower) => !centre.towers.includes(tower));
	return strangers.map((tower) => ({
		path: ["centre", "keys", tower],
		message: `"${tower}" is none of centre.towers${guessOf(tower, centre.towers)}`,
	}));
}

function guessOf(word: string, known: readonly string[]): string {
	const guess = didYouMean(word, known);
	return guess ? `; did you mean "${guess}"?` : "";
}

function proxyFaults({ console: { trustedProxies } }: Config): PathFault[] {
	return trustedProxies.flatMap((proxy, i) => {
		const message = `"${proxy}" is not an address, nor a network like 10.0.0.0/8`;
		return isNetwork(proxy) ? [] : [{ path: ["console", "trustedProxies", String(i)], message }];
	});
}

function listenerFaults(config: Config, listener: "broker" | "console"): PathFault[] {
	const { host, tls } = config[listener];
	if (isLoopback(host) || tls) return [];
	const message = `"${host}" leaves loopback: add ${listener}.tls with a certificate and a key`;
	return [{ path: [listener, "host"], message }];
}

/** An IPv4 or IPv6 address, alone or with the length of a prefix, bits. */
function isNetwork(text: string): boolean {
	const [address = "", prefix, ...more] = text.split("/");
	const bits = { 4: 32, 6: 128 }[isIP(address)];
	if (bits === undefined || more.length > 0) return false;
	return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= bits);
}

/** Words are found for those alone that are named: each means a search through the file. */
function failure<T = ConfigFault>(
	faults: T[],
	describe: (fault: T) => ConfigFault = (fault) => fault as ConfigFault,
): ConfigResult {
	const named = faults.slice(0, MOST_FAULTS).map(describe);
	const last = named.at(-1);
	if (last && faults.length > named.length)
		named.push({ ...last, path: "", message: `and ${faults.length - named.length} more` });
	return { ok: false, faults: named };
}
