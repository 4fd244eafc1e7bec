import { zipSync } from "fflate";
import gcoordModule from "gcoord";
import { describe, expect, it } from "vitest";
import { importRegister } from "./import.ts";
import { decodeFile } from "./table.ts";

const HEADER = ["id", "name", "role", "level", "grids", "phone", "channels"];

describe("a file of another kind", () => {
	const text = (s: string) => Buffer.from(s);
	it.each<[string, Buffer, RegExp]>([
		[
			"an old workbook",
			Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
			/old Excel workbook \(\.xls\)/,
		],
		["an OpenDocument sheet", Buffer.from(zipSync({ mimetype: text("x"), "content.xml": text("x") })), /OpenDocument/],
		["a KMZ", Buffer.from(zipSync({ "doc.kml": text("x") })), /KMZ/],
		["a KML", text('<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'), /KML map/],
		["a GeoPackage", text("SQLite format 3\u0000"), /GeoPackage/],
		["a shapefile", Buffer.from([0, 0, 0x27, 0x0a, 0]), /shapefile/],
		["a shapefile in a ZIP", Buffer.from(zipSync({ "a.shp": text("x"), "a.dbf": text("x") })), /shapefile in a ZIP/],
		["UTF-16", Buffer.from("\ufeffid,name", "utf16le"), /UTF-16/],
		["UTF-16 without its mark", Buffer.from("id,name", "utf16le"), /UTF-16/],
		["UTF-16 of the other order", Buffer.from("id,name;", "utf16le").swap16(), /UTF-16/],
		["rich text", text("{\\rtf1 x}"), /\.rtf/],
		[
			"an XML spreadsheet",
			text('<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'),
			/XML spreadsheet of 2003/,
		],
		["a track of a GPS", text('<?xml version="1.0"?><gpx version="1.1">'), /XML/],
		["a PDF", text("%PDF-1.7"), /PDF/],
		["a web page", text("<html><table>"), /web page/],
	])("%s is named, with the way out, once", async (_, bytes, words) => {
		await expect(decodeFile("x", bytes)).rejects.toThrow(words);
		await expect(decodeFile("x", bytes)).rejects.toThrow(/^(?!.*LK0501.*LK0501).*(Save|Export|Unpack)/s);
	});

	it.each([
		["semicolons", "id;name;role;level;grids;phone;channels\n", /separated by semicolons/],
		["tabs", "id\tname\trole\tlevel\tgrids\tphone\tchannels\n", /separated by tabs/],
		["Chinese commas", "id，name，role，level，grids，phone，channels\n", /separated by Chinese commas/],
	])("columns between %s are said once", (_, header, words) => {
		const people = { name: "people.csv", text: `${header}${"p1;x\n".repeat(50)}` };
		expect(() => importRegister({ people })).toThrow(words);
		expect(() => importRegister({ people })).toThrow(/1 fault\(s\)/);
	});

	it("metres of a projection are said once", () => {
		const polygon = {
			type: "Polygon",
			coordinates: [
				[
					[36_500_000, 3_260_000],
					[36_500_100, 3_260_000],
					[36_500_100, 3_260_100],
					[36_500_000, 3_260_000],
				],
			],
		};
		const features = Array.from({ length: 50 }, (_, i) => ({
			type: "Feature",
			properties: { code: `5001${i}` },
			geometry: polygon,
		}));
		const grids = { name: "grids.geojson", text: JSON.stringify({ type: "FeatureCollection", features }) };
		expect(() => importRegister({ grids })).toThrow(
			/1 fault\(s\)\ngrids\.geojson:1 : the coordinates \(36500000, 3260000\) are metres of a projection/,
		);
		expect(() =>
			importRegister({ grids: { name: "grids.geojson", text: '{"type":"FeatureCollection","features":[]}' } }),
		).toThrow(/holds no grid/);
	});
});

describe("the datum of a map", () => {
	const ring = (at: [number, number]) => [at, [at[0] + 0.01, at[1]], [at[0] + 0.01, at[1] + 0.01], at];
	const file = (at: [number, number], more: object, properties: object = {}) => ({
		name: "grids.geojson",
		text: JSON.stringify({
			type: "FeatureCollection",
			...more,
			features: [
				{
					type: "Feature",
					properties: { code: "5001", ...properties },
					geometry: { type: "Polygon", coordinates: [ring(at)] },
				},
			],
		}),
	});
	const gcoord = gcoordModule as unknown as Record<"BD09" | "WGS84", string> & {
		transform(p: [number, number], a: string, b: string): [number, number];
	};

	it("BD-09 is converted where a control point agrees, as GCJ-02 is", () => {
		const wgs84: [number, number] = [108.7, 29.5];
		const given = gcoord.transform(wgs84, gcoord.WGS84, gcoord.BD09);
		expect(Math.abs(given[0] - wgs84[0])).toBeGreaterThan(0.005);
		const { grids } = importRegister({ grids: file(given, { datum: "BD-09", controlPoint: { given, wgs84 } }) });
		const [lon, lat] = grids[0]?.polygons[0]?.[0]?.[0] ?? [0, 0];
		expect(Math.hypot(lon - wgs84[0], lat - wgs84[1])).toBeLessThan(1e-5);
		expect(() => importRegister({ grids: file(given, { datum: "BD-09" }) })).toThrow(/"controlPoint" is missing/);
	});

	it("a map of DataV says what it is, or is not taken", () => {
		const datav = { adcode: 500114, level: "district", parent: { adcode: 500100 } };
		expect(() => importRegister({ grids: file([108.7, 29.5], {}, datav) })).toThrow(
			/export of DataV.*GCJ-02.*1 fault|1 fault.*export of DataV/s,
		);
		expect(importRegister({ grids: file([108.7, 29.5], { datum: "WGS84" }, datav) }).grids).toHaveLength(1);
	});
});

describe("the datum and the ground of a map", () => {
	const map = (more: object, ring: number[][]) => ({
		name: "grids.geojson",
		text: JSON.stringify({
			type: "FeatureCollection",
			...more,
			features: [{ type: "Feature", properties: { code: "5001" }, geometry: { type: "Polygon", coordinates: [ring] } }],
		}),
	});
	const triangle = [
		[108.7, 29.5],
		[108.8, 29.5],
		[108.8, 29.6],
		[108.7, 29.5],
	];

	it.each<[object, RegExp]>([
		[{ coordsys: "gcj02" }, /the datum is coordsys: gcj02, and "controlPoint" is missing/],
		[{ source: "© 高德地图" }, /the datum is source: © 高德地图; WGS84, CGCS2000, GCJ-02/],
		[{ crs: { type: "link", properties: { href: "https://example.org/crs" } } }, /the datum is \{"type":"link"/],
		[
			{ crs: { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::4610" } } },
			/the datum is urn:ogc:def:crs:EPSG::4610/,
		],
		[
			{ crs: { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::4491" } } },
			/the datum is urn:ogc:def:crs:EPSG::4491/,
		],
	])("%j is not taken for WGS84", (more, words) => {
		expect(() => importRegister({ grids: map(more, triangle) })).toThrow(words);
	});

	it("an old form of crs that says 4326 is read", () => {
		expect(
			importRegister({ grids: map({ crs: { type: "EPSG", properties: { code: 4326 } } }, triangle) }).grids,
		).toHaveLength(1);
	});

	it("a ring without any ground in it is a fault, not a grid that nobody answers for", () => {
		const point = Array.from({ length: 4 }, () => [108.7, 29.5]);
		const line = [triangle[0], triangle[1], triangle[0], triangle[0]] as number[][];
		for (const ring of [point, line])
			expect(() => importRegister({ grids: map({}, ring) })).toThrow(/a ring that encloses no ground/);
	});
});

describe("a table of comma-separated values", () => {
	const header = HEADER.join(",");
	const row = (id: string, more = "") => `${id},甲,chief,village,500101,13800001000,webpush${more}\n`;
	const csv = (text: string) => importRegister({ people: { name: "people.csv", text } });

	it("is read with empty rows in it, and its rows are numbered as a spreadsheet does", () => {
		expect(csv(`${header}\n${row("p1")},,,,,,\n\n${row("p2")},,,,,,\n`).people).toHaveLength(2);
		expect(() =>
			csv(`${header}\n"p1","甲\n乙\n丙",chief,village,500101,,webpush\n${row("p2").replace("chief", "chef")}`),
		).toThrow(/people\.csv:3 role/);
	});

	it.each([
		[
			"a column twice",
			`${header},phone\n${row("p1", ",13900000011")}`,
			/people\.csv:1 phone: stands twice, in columns 6 and 8/,
		],
		[
			"a cell beyond the last column",
			`${header}\n${row("p1", ",x")}`,
			/people\.csv:2 : "x" stands in column 8, which has no name/,
		],
		["a row that is cut short", `${header}\np1,甲,chief\n`, /people\.csv:2 : has 3 cells, the header 7/],
		[
			"the same id twice",
			`${header}\n${row("p1")}${row("p1")}`,
			/people\.csv:3 id: "p1" stands here twice; the first is people\.csv:2/,
		],
		["nothing", "", /people\.csv:1 : holds nothing/],
		["a quote that never ends", `${header}\n"p1,甲\n`, /people\.csv:\d+ : /],
	])("%s is named", (_, text, words) => {
		expect(() => csv(text)).toThrow(words);
	});

	it.each([
		["teams", "id,name,tier,lat,lon,grids,leader\nt1,x,village,29,108,5,\nt1,y,village,29,108,5,\n", /teams:3 id/],
		["units", "code,name,level\n5001,x,county\n5001,y,county\n", /units:3 code/],
		["places", "id,kind,name,lat,lon\nk,kiln,x,29,108\nk,kiln,y,29,108\n", /places:3 id/],
		[
			"orders",
			"id,kind,grids,from,to,document\no,fireBan,5,2026-01-01,2026-02-01,x\no,fireBan,5,2026-01-01,2026-02-01,y\n",
			/orders:3 id/,
		],
		["cards", "grid,access,water,key,hazards,notes\n5,a,,,,\n5,b,,,,\n", /cards:3 grid/],
	])("the same id twice in %s is named", (part, text, words) => {
		expect(() => importRegister({ [part]: { name: part, text } })).toThrow(words);
	});

	it.each<[string, string]>([
		[
			"full-width letters and digits",
			`${header}\nｐ１,甲,ｃｈｉｅｆ,village,５００１０１；500102,１３８００００１０００,ｗｅｂｐｕｓｈ\n`,
		],
		["codes that were numbers", `${header}\np1,甲,chief,village,500101.0;500102.0,13800001000.0,webpush\n`],
		[
			"Chinese commas within a cell, marks that keep a number a text",
			`${header}\np1,甲,chief,village,'500101、500102,'13800001000,webpush\n`,
		],
	])("%s are read as what they are", (_, text) => {
		const [p] = csv(text).people;
		expect(p).toMatchObject({ id: "p1", role: "chief", grids: ["500101", "500102"], phone: "+8613800001000" });
	});

	it.each([
		[
			"an error in a name",
			row("p1").replace("甲", "#NAME?"),
			/people\.csv:2 name: #NAME\?; the spreadsheet shows an error/,
		],
		["an error in a code", row("p1").replace("500101", "#REF!"), /people\.csv:2 grids: #REF!/],
		["a column that was too narrow", row("p1").replace("13800001000", "########"), /people\.csv:2 phone: ########/],
		["thousands", row("p1").replace("500101", '"500,101"'), /grids: "500,101" is no code; codes are separated by ";"/],
		[
			"a power with a comma",
			row("p1").replace("500101", '"5,00101E+11"'),
			/grids: "5,00101E\+11" is what a spreadsheet makes/,
		],
		["the same id in full width", row("p1") + row("ｐ１"), /people\.csv:3 id: "p1" stands here twice/],
	])("%s is named", (_, rows, words) => {
		expect(() => csv(`${header}\n${rows}`)).toThrow(words);
	});

	it("a day or month that there is not is named with its cell", () => {
		for (const day of ["2026-13-01", "2026-02-32", "2026/0/5", "2026-00-00", "9999-99-99"])
			expect(() => csv(`${header},to\n${row("p1", `,${day}`)}`)).toThrow(/people\.csv:2 to: .* is no date/);
	});

	it("numbers in another notation are none", () => {
		const team = (lat: string) => ({
			teams: { name: "teams", text: `id,name,tier,lat,lon,grids,leader\nt1,x,village,${lat},108,5,\n` },
		});
		for (const lat of ["0x1D", "29e0", "29°30'", "29,5"])
			expect(() => importRegister(team(`"${lat}"`))).toThrow(/teams:2 lat/);
		expect(importRegister(team("29.5")).teams[0]?.base.lat).toBe(29.5);
	});

	it("names each address that reaches nobody, with what it should be", () => {
		const people = (channels: string, phone = "") => `${header}\np1,甲,chief,village,500101,${phone},${channels}\n`;
		expect(csv(people("sms:139 0000 0011;modem:139-0000-0011")).people[0]?.addresses).toEqual([
			{ channel: "sms", address: "+8613900000011" },
			{ channel: "modem", address: "+8613900000011" },
		]);
		for (const [channels, words] of [
			["sms:abc", /"sms:abc": "abc" holds something else/],
			["sms:", /"sms:": "" no number/],
			["modem:1380000100", /has not as many digits/],
			["email:nobody", /"nobody" is no e-mail address/],
			["robot", /needs a name or address, as in robot:NAME/],
			["sms", /needs a telephone number/],
		] as const)
			expect(() => csv(people(channels))).toThrow(words);
		expect(() => csv(people("sms", "96119"))).toThrow(/short number/);
		expect(csv(people("email:li@example.cn")).people[0]?.addresses[0]?.address).toBe("li@example.cn");
	});
});
