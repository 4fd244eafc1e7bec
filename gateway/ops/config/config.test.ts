import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROLES, TIERS } from "../../model/register.ts";
import { createLog } from "../log/log.ts";
import { formatFaults, parseConfig } from "./load.ts";
import { jsonSchema, referencePage } from "./reference.ts";
import { configInForce, faultNow, lastGoodPath, resolveSecret } from "./source.ts";

const TOWER = "tower: { id: t1, name: T, lat: 30, lon: 108 }\n";

function faults(text: string): string {
	const result = parseConfig(text);
	return result.ok ? "" : formatFaults("lookout.yaml", result.faults);
}

describe("lookout.yaml", () => {
	it("knows the roles and tiers that the register knows, and no others", () => {
		const step = (more: string) => parseConfig(`${TOWER}ladder: { steps: [{ afterS: 0, ${more} }] }\n`).ok;
		for (const role of ROLES) expect(step(`roles: [${role}]`), role).toBe(true);
		for (const tier of TIERS) expect(step(`ladder: suppress, tiers: [${tier}]`), tier).toBe(true);
		expect(step("roles: [king]")).toBe(false);
	});

	it("fills what is left out with the defaults of the schema", () => {
		const result = parseConfig(TOWER);
		expect(result).toMatchObject({
			ok: true,
			config: { broker: { host: "127.0.0.1", port: 1883 }, ladder: { feedbackS: 900 }, cameras: [] },
		});
	});

	it.each([
		[`${TOWER}consol: {}\n`, 'lookout.yaml:2:1 consol: unknown key; did you mean "console"?'],
		[
			`${TOWER}console: { trustedProxies: [10.0.0.0/8, 10.0.0.0/33] }\n`,
			'console.trustedProxies[1]: "10.0.0.0/33" is not an address',
		],
		[
			`${TOWER}console: { trustedProxies: [proxy] }\n`,
			'lookout.yaml:2:29 console.trustedProxies[0]: "proxy" is not an address',
		],
		[`${TOWER}log: { level: wran }\n`, 'lookout.yaml:2:15 log.level: "wran" is not one of debug, info, warn, error'],
		["tower: { id: t1, name: T, lat: 95, lon: 108 }\n", "lookout.yaml:1:32 tower.lat: 95 must be <= 90"],
		["tower: { id: t1, name: T, lat: 30 }\n", 'lookout.yaml:1:1 tower: "lon" is missing'],
		["log: {}\n", '"tower" is missing'],
		[`${TOWER}console:\n  host: 0.0.0.0\n`, "lookout.yaml:3:9 console.host"],
		[
			`${TOWER}ladder:\n  steps:\n    - { level: village, afterS: 60 }\n    - { level: county, afterS: 30 }\n`,
			"lookout.yaml:5:32 ladder.steps[1].afterS: 30 must not be less than",
		],
		["tower: [", "not valid YAML"],
		["", "empty or not a mapping"],
		["a: &a [1]\nb: [*a,*a,*a]\n", "unknown key"],
	])("%j says where and what", (text, expected) => {
		expect(faults(text)).toContain(expected);
	});

	it("names the one kind of source that was meant, and the id that stands twice", () => {
		const camera = (id: string, source: string) =>
			`  - { id: ${id}, name: c, source: ${source}, lat: 1, lon: 2, heightM: 3, azimuthDeg: 0, fovDeg: 60 }\n`;
		expect(faults(`${TOWER}cameras:\n${camera("a", "{ type: rtsp, path: x }")}`)).toContain(
			"cameras[0].source.path: unknown key",
		);
		const twice = camera("a", '{ type: rtsp, url: "rtsp://x/1" }');
		expect(faults(`${TOWER}cameras:\n${twice}${twice}`)).toContain(
			'cameras[1].id: "a" is already the id of cameras[0]',
		);
	});

	it("never shows a secret in a fault", () => {
		const text = `${TOWER}cameras:\n  - { id: a, name: c, source: { type: rtsp, url: "http://admin:hunter22@cam/1" }, lat: 1, lon: 2, heightM: 3, azimuthDeg: 0, fovDeg: 60 }\n`;
		expect(faults(text)).toContain("cameras[0].source.url");
		expect(faults(text)).not.toContain("hunter22");
	});

	it("answers any text with a configuration or with faults, never with an exception", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				const result = parseConfig(text);
				expect(result.ok || result.faults.length > 0).toBe(true);
			}),
		);
	});

	it("is answered as fast with 100,000 keys as with ten, names those that stand twice, and a hundred faults at most", () => {
		const many = Array.from({ length: 100_000 }, (_, i) => `k${i.toString(36)}: 1`).join("\n");
		const faults = (text: string) => {
			const result = parseConfig(text);
			return result.ok ? [] : result.faults;
		};
		expect(faults(many)).toHaveLength(101);
		expect(faults(many).at(-1)?.message).toMatch(/^and 9\d{4} more$/);
		expect(
			faults("tower: 1\nlog: { level: warn, level: info }\ntower: 2").map((f) => [f.line, f.column, f.message]),
		).toEqual([
			[3, 1, "not valid YAML: the key tower stands twice"],
			[2, 21, "not valid YAML: the key level stands twice"],
		]);
	});

	it("is described by a reference that names every key, and a schema that an editor can use", () => {
		expect(referencePage()).toContain("| `cameras[].azimuthDeg` |");
		const schema = JSON.parse(jsonSchema()) as { required: string[] };
		expect(schema.required).toEqual(["tower"]);
	});
});

describe("the configuration in force", () => {
	let folder: string;
	let file: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "lookout-config-"));
		file = join(folder, "lookout.yaml");
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	it("is the last good one when the file breaks, with the fault to show", () => {
		writeFileSync(file, TOWER);
		expect(configInForce(file).fault).toBeUndefined();
		writeFileSync(file, `${TOWER}brokr: {}\n`);
		const inForce = configInForce(file);
		expect(inForce.config.tower.id).toBe("t1");
		expect(inForce.fault).toContain(':2:1 brokr: unknown key; did you mean "broker"?');
		rmSync(file);
		expect(configInForce(file).fault).toContain("cannot be read");
		expect(readFileSync(lastGoodPath(file), "utf8")).toBe(TOWER);
	});

	it("is the last good one when a pipe or a huge file stands in its place, and a tower that runs says so", () => {
		writeFileSync(file, TOWER);
		const { version } = configInForce(file);
		rmSync(file);
		execFileSync("mkfifo", [file]);
		expect(configInForce(file)).toMatchObject({ version, fault: expect.stringContaining("is no file") });
		expect(faultNow(file, version)).toContain("is no file");
		rmSync(file);
		writeFileSync(file, "");
		truncateSync(file, 3 * 2 ** 30);
		expect(configInForce(file)).toMatchObject({ version, fault: expect.stringContaining("is larger than") });
		expect(faultNow(file, version)).toContain("is larger than");
	});

	it("does not exist without a file and a last good one: the error says how to make one", () => {
		expect(() => configInForce(file)).toThrow(/LK0102/);
		writeFileSync(file, "tower: 1\n");
		expect(() => configInForce(file)).toThrow(/LK0101.*not valid/s);
	});

	it("takes secrets from files and the environment", () => {
		writeFileSync(join(folder, "key"), "abc\n");
		expect(resolveSecret("file:key", folder)).toBe("abc");
		expect(() => resolveSecret("env:LOOKOUT_NO_SUCH", folder)).toThrow(/LK0101/);
		expect(resolveSecret("plain", folder)).toBe("plain");
	});
});

it("the log hides credentials in any text, cuts endless ones, and survives what cannot be shown", () => {
	const lines: string[] = [];
	const log = createLog("info", { write: (line: string) => void lines.push(line) });
	log.info(
		{ url: "rtsp://u:hunter22@cam/1", password: "hunter22", deep: { token: "hunter22" } },
		"open rtsp://u:hunter22@cam/1",
	);
	log.error({ err: new Error("cannot open rtsp://u:hunter22@cam/1") }, "x".repeat(10_000));
	const trap = Object.defineProperty({}, "bad", { enumerable: true, get: () => JSON.parse("{") });
	log.info({ trap }, "still here");
	expect(lines).toHaveLength(3);
	expect(lines.join("")).not.toContain("hunter22");
	expect(lines[1]?.length).toBeLessThan(6000);
	expect(lines[2]).toContain("still here");
});
