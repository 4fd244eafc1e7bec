import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hidePasswordOf, hideSecret, redactUrl } from "../../base/text.ts";
import { faultOfCameraUrl } from "./camera-url.ts";
import { parseConfig } from "./load.ts";

it.each([
	["rtsp://admin:pa#ss@10.0.0.9/s", /"#" is written %23/],
	["http://admin:50%off@10.0.0.9/x.jpg", /"%" is written %25/],
	["rtsp://admin:a/b@10.0.0.9/s", /"\/" is written %2F/],
	["rtsp://admin:a@b@10.0.0.9/s", /"@" is written %40/],
	["rtsp://admin:a b@10.0.0.9/s", /blank is written %20/],
	["rtsp://", /host is missing/],
	["http:///x.jpg", /host is missing/],
	["http://[fe80::1%eth0]/x.jpg", /zone/],
	["http://10.0.0.9:99999/x.jpg", /no address/],
])("%s is refused with the way to write it, and without the password", (url, words) => {
	const fault = faultOfCameraUrl(url);
	expect(fault).toMatch(words);
	expect(fault).not.toMatch(/pa#ss|50%off|admin/);
});

it.each([
	"rtsp://admin:pa%23ss@10.0.0.9:554/s?channel=1&x=%20",
	"http://[fe80::1]/x.jpg",
	"rtsps://cam.example/live#main",
])("%s is good", (url) => {
	expect(faultOfCameraUrl(url)).toBeUndefined();
});

it("whatever stands in a password, no log shows it", () => {
	for (const password of ["S3cr3t", "S3cr3t@Pass", "S3cr3t/Pass", "S3c#r3t?Pass"])
		expect(redactUrl(`open rtsp://admin:${password}@10.0.0.9/s failed`)).toBe("open rtsp://***@10.0.0.9/s failed");
});

it("a secret that is in use is shown nowhere, however it is written, and shorter words than secrets are left alone", () => {
	hidePasswordOf("rtsp://admin:S3cr3t%2FPass%20w%C3%B6rt@10.0.0.9/s");
	hideSecret("tokenOfTheRobot");
	hideSecret("abc");
	for (const form of ["S3cr3t/Pass wört", "S3cr3t%2FPass%20w%C3%B6rt", "tokenOfTheRobot"])
		expect(redactUrl(`method DESCRIBE failed for ${form}: 401`)).toBe("method DESCRIBE failed for ***: 401");
	expect(redactUrl("abcdef")).toBe("abcdef");
});

it.each([
	["rtsp://10.0.0.9:554/user=admin_password=S3cr3tQ1_channel=1_stream=0.sdp?real_stream", "S3cr3tQ1"],
	["rtsp://10.0.0.9:554/user=admin&password=S3cr3tQ2&channel=1&stream=0.sdp?", "S3cr3tQ2"],
	["http://10.0.0.9/snap.cgi?loginuse=x&usr=admin&pwd=S3cr3tQ3", "S3cr3tQ3"],
	["http://10.0.0.9/tmpfs/auto.jpg?passwd=S3cr3tQ4#x", "S3cr3tQ4"],
	["http://10.0.0.9/api?cmd=Snap&user=admin&password=S3cr3t_Q5", "S3cr3t_Q5"],
])("a password in the path or query of %j shows no more than one before the host", (url, password) => {
	expect(redactUrl(`open ${url} failed`)).not.toContain(password);
	hidePasswordOf(url);
	expect(redactUrl(`401 for ${password}`)).toBe("401 for ***");
});

const CASES = join(import.meta.dirname, "../../../test/fixtures/cases/camera-urls.yaml");
it("the addresses that went wrong", () => {
	const result = parseConfig(readFileSync(CASES, "utf8"));
	expect(result.ok).toBe(false);
	const faults = result.ok ? [] : result.faults;
	expect(faults.map((f) => f.path)).toEqual([0, 1, 2, 3, 4].map((i) => `cameras[${i}].source.url`));
	expect(faults.map((f) => f.line)).toEqual([3, 4, 5, 6, 7]);
});
