import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { COARSE, openDesk } from "../harness/desk-page.ts";
import { openBrowser, until } from "../harness/harness.ts";
import { pmtilesOf, squareTile } from "../harness/pmtiles.ts";
import { SmallWorld } from "../harness/small-world.ts";

const SIDE = 256;
const red = encode({
	width: SIDE,
	height: SIDE,
	channels: 3,
	data: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i % 3 === 0 ? 220 : 20)),
});

/** The colour of water by day. */
const WATER = [0xa5, 0xc8, 0xe4];

/** What lies under the map is what the configuration names, and nothing else is asked for it. */
describe("the base map", () => {
	let browser: Browser;
	let tiles: Server;
	const asked: string[] = [];
	beforeAll(async () => {
		browser = await openBrowser();
		tiles = createServer((request, response) => {
			asked.push(request.url ?? "");
			response.writeHead(200, { "content-type": "image/png", "access-control-allow-origin": "*" }).end(red);
		});
		await new Promise<void>((listening) => tiles.listen(0, "127.0.0.1", listening));
	});
	afterAll(async () => {
		await browser.close();
		tiles.closeAllConnections();
		tiles.close();
	});

	/** A world whose configuration names a base map; what its map page reports as faults. */
	async function withMap(
		map: object,
		prepare: (folder: string) => void,
		look: (faults: string[], page: Page) => Promise<void>,
	) {
		const world = await SmallWorld.open({ cameras: false });
		const file = world.simulation.configFile;
		const config = parse(readFileSync(file, "utf8"));
		config.console.map = map;
		writeFileSync(file, stringify(config));
		prepare(world.folder);
		const { consoleUrl } = await world.start();
		const faults: string[] = [];
		const listen = async (p: Page) => {
			p.on("console", (m) => m.type() === "error" && !m.text().includes("401") && faults.push(m.text()));
			p.on("response", (r) => r.url().includes("/api/map/base") && asked.push(`${r.status()} ${r.url()}`));
		};
		const page = await openDesk(browser, consoleUrl, listen, COARSE);
		await page.getByRole("link", { name: "地图" }).click();
		await page.getByLabel("底图").waitFor();
		await look(faults, page);
		await page.context().close();
		await world.stop();
	}

	it("may be a file, of which pages ask for the parts they need", async () => {
		asked.length = 0;
		await withMap(
			{ file: "county.pmtiles" },
			(folder) => writeFileSync(join(folder, "county.pmtiles"), pmtilesOf(red)),
			async (faults) => {
				await until(
					() => asked.some((a) => a.startsWith("206 ")),
					20_000,
					() => `a part of the file: ${asked.join()} ${faults.join()}`,
				);
				expect(asked.filter((a) => a.startsWith("200 "))).toEqual([]);
				expect(faults).toEqual([]);
			},
		);
	}, 60_000);

	it("may be a file of shapes, by either of the two usual schemas", async () => {
		await withMap(
			{ file: "county.pmtiles" },
			(folder) =>
				writeFileSync(
					join(folder, "county.pmtiles"),
					pmtilesOf(squareTile("water"), ["water", "transportation", "place"]),
				),
			async (faults, page) => {
				await page.locator(".map-page .map[data-drawn]").waitFor();
				const { data, width, height, channels } = decode(await page.screenshot());
				const isWater = (n: number) => WATER.every((value, i) => data[n * channels + i] === value);
				const all = Array.from({ length: width * height }, (_, n) => n);
				// where no heights are known nothing lies over it
				expect(all.filter(isWater).length / all.length).toBeGreaterThan(0.02);
				expect(faults).toEqual([]);
			},
		);
	}, 60_000);

	it("may be tiles of another machine, which pages may ask and no other", async () => {
		asked.length = 0;
		const { port } = tiles.address() as AddressInfo;
		const url = `http://127.0.0.1:${port}/{z}/{x}/{y}.png`;
		await withMap(
			{ tiles: { url, attribution: "somebody's map" } },
			() => {},
			async (faults) => {
				await until(() => asked.some((a) => /^\/\d+\/\d+\/\d+\.png$/.test(a)), 5_000, "a tile");
				expect(faults).toEqual([]);
			},
		);
	}, 60_000);

	it("that cannot be used is said, and the map is drawn without it", async () => {
		const world = await SmallWorld.open({ cameras: false });
		const file = world.simulation.configFile;
		const config = parse(readFileSync(file, "utf8"));
		config.console.map = { file: "lookout.yaml" };
		writeFileSync(file, stringify(config));
		await world.start();
		const { tower } = (await world.get("/api/state")) as { tower: { partFaults?: string[] } };
		expect(tower.partFaults?.join()).toMatch(/baseMap/);
		expect(await world.get("/api/map")).not.toHaveProperty("base");
		await world.stop();
	});
});
