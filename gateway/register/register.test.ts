import { describe, expect, it } from "vitest";
import { importRegister } from "./import.ts";

const square = (code: string, lon: number) => ({
	type: "Feature",
	properties: { code, name: `grid ${code}` },
	geometry: {
		type: "Polygon",
		coordinates: [
			[
				[lon, 29],
				[lon + 0.1, 29],
				[lon + 0.1, 29.1],
				[lon, 29.1],
				[lon, 29],
			],
		],
	},
});
const grids = {
	name: "grids.geojson",
	text: JSON.stringify({ type: "FeatureCollection", features: [square("500114001001", 108), square("500114001002", 108.1)] }),
};
const header = "id,name,role,level,grids,phone,channels";

describe("register import", () => {
	it("reads people, grids and teams", () => {
		const people = { name: "people.csv", text: `\ufeff${header}\np1,张三,chief,village,500114001001,13800000000,webpush;robot:village\n` };
		const teams = { name: "teams.csv", text: "id,name,tier,lat,lon,grids,leader\nt1,半专业队,township,29.05,108.05,500114001,p1\n" };
		const register = importRegister({ people, grids, teams });
		expect(register.people[0]).toMatchObject({
			name: "张三",
			level: "village",
			addresses: [{ channel: "webpush" }, { channel: "robot", address: "village" }],
		});
		expect(register.teams[0]?.base).toEqual({ lat: 29.05, lon: 108.05 });
		expect(register.version).toMatch(/^[0-9a-f]{12}$/);
	});

	it("names the row and column of every fault, and says what is allowed", () => {
		const people = { name: "people.csv", text: `${header}\np1,张三,chef,vilage,999,abc,wepush\np1,,ranger,village,500114001001,,robot\n` };
		const faults = () => importRegister({ people, grids });
		expect(faults).toThrow(/people\.csv:2 role: "chef" is not one of chief.*did you mean "chief"/);
		expect(faults).toThrow(/people\.csv:2 level: "vilage".*did you mean "village"/);
		expect(faults).toThrow(/people\.csv:2 grids: "999" begins the code of no grid/);
		expect(faults).toThrow(/people\.csv:2 channels: "wepush" is no channel; did you mean "webpush"/);
		expect(faults).toThrow(/people\.csv:3 id: "p1" stands here twice/);
		expect(faults).toThrow(/people\.csv:3 name: empty/);
		expect(faults).toThrow(/people\.csv:3 channels: "robot" needs a name/);
	});

	it("refuses grids of another datum, and rings that are not closed", () => {
		const gcj = { name: "g", text: JSON.stringify({ type: "FeatureCollection", crs: { properties: { name: "GCJ-02" } }, features: [] }) };
		expect(() => importRegister({ grids: gcj })).toThrow(/datum is GCJ-02/);
		const open = square("1", 108);
		open.geometry.coordinates[0]?.pop();
		expect(() => importRegister({ grids: { name: "g", text: JSON.stringify({ type: "FeatureCollection", features: [open] }) } })).toThrow(
			/features\[0\] geometry: a ring whose last point/,
		);
	});
});
