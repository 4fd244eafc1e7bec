import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadTerrain } from "../geo/height-grid.ts";
import { directionOf } from "../geo/lens.ts";
import { angleBetweenDeg, azimuthDeg, destination } from "../geo/position.ts";
import { DutyIndex } from "../judge/duty/duty.ts";
import { checkCoverage } from "../register/coverage.ts";
import { GridIndex } from "../register/grid-index.ts";
import { importRegister, PARTS } from "../register/import.ts";
import { SimCamera } from "./camera.ts";
import { readClock } from "./clock-overlay.ts";
import { smallWorld, writeCounty } from "./world.ts";

const T0 = Date.UTC(2026, 3, 5, 6, 0, 0);
const world = smallWorld(5);
const east = world.cameras[0] as (typeof world.cameras)[number];

describe("the small world", () => {
	it("is the same for the same seed, and another for another", () => {
		const picture = (seed: number) => {
			const w = smallWorld(seed);
			const view = { ...(w.cameras[0] as typeof east), width: 320, height: 180 };
			return new SimCamera(view, w.terrain, () => [w.fireAt(T0)]).render(T0 + 90_000);
		};
		expect(Buffer.compare(picture(7), picture(7))).toBe(0);
		expect(Buffer.compare(picture(7), picture(8))).not.toBe(0);
	});

	it("lets the sky stand still where it is told to", () => {
		const moving = new SimCamera(east, world.terrain, () => []);
		const still = new SimCamera(east, world.terrain, () => [], T0);
		expect(still.render(T0, false)).toEqual(moving.render(T0, false));
		const mean = (rgb: Uint8Array) => rgb.reduce((sum, v) => sum + v, 0) / rgb.length;
		const change = (c: SimCamera) => Math.abs(mean(c.render(T0 + 120_000, false)) - mean(c.render(T0, false)));
		expect(change(still)).toBeLessThan(change(moving) / 4);
	});

	it("draws the time so that it can be read back, also from a smaller picture", () => {
		const camera = new SimCamera(east, world.terrain, () => []);
		const rgb = camera.render(T0 + 12_345);
		expect(readClock(rgb, 960, 540)).toBe(T0 + 12_345);
		rgb.fill(128);
		expect(readClock(rgb, 960, 540)).toBeUndefined();
	});

	it("lets a plume grow from where the fire is, as the camera's own geometry says", () => {
		const fire = world.fireAt(T0);
		const camera = new SimCamera(east, world.terrain, () => [fire]);
		expect(camera.boxes(T0 - 1000)).toEqual([]);
		const [young, old] = [camera.boxes(T0 + 45_000)[0], camera.boxes(T0 + 240_000)[0]];
		if (!young || !old) throw new Error("the plume cannot be seen");
		expect(old[2] * old[3]).toBeGreaterThan(3 * young[2] * young[3]);
		const box = { x: young[0], y: young[1], w: young[2], h: young[3] };
		const { bearingDeg, elevationDeg } = directionOf(east.pose, box, 960 / 540);
		expect(Math.abs(bearingDeg - azimuthDeg(east.pose.position, fire.position))).toBeLessThan(2.5);
		expect(elevationDeg).toBeLessThan(2);
	});

	it("shows the land from where a camera stands, not from its tower", () => {
		const fire = world.fireAt(T0);
		const position = destination(world.tower.position, 30, 900);
		const heightM = world.terrain.heightOf(position) + 38;
		const azimuth = azimuthDeg(position, fire.position);
		const pose = { ...east.pose, position, heightM, azimuthDeg: azimuth };
		const camera = new SimCamera({ ...east, pose, width: 320, height: 180 }, world.terrain, () => [fire]);
		const [box] = camera.boxes(T0 + 120_000);
		if (!box) throw new Error("the fire is hidden by land that is not there");
		const { bearingDeg } = directionOf(pose, { x: box[0], y: box[1], w: box[2], h: box[3] }, 960 / 540);
		expect(angleBetweenDeg(bearingDeg, azimuth)).toBeLessThan(5);
	});

	it("has a county that imports without a gap, with somebody responsible where the fire is, and heights", async () => {
		const folder = mkdtempSync(join(tmpdir(), "lookout-world-"));
		const now = Date.UTC(2026, 3, 5);
		await writeCounty(world, folder, now);
		const file = (name: string) => ({ name, text: readFileSync(join(folder, name), "utf8") });
		const csv = Object.fromEntries(
			PARTS.map((part) => [
				part,
				file(["grids", "forest", "ground"].includes(part) ? `${part}.geojson` : `${part}.csv`),
			]),
		);
		const register = importRegister(csv);
		expect(register.grids).toHaveLength(72);
		expect(register.people.length).toBeGreaterThanOrEqual(150);
		expect(register.units.filter((u) => u.level === "village")).toHaveLength(24);
		expect(register.people.find((p) => p.id === world.responsible)).toMatchObject({ role: "chief", level: "village" });
		const [here] = new GridIndex(register.grids).at(world.fireAt(0).position, now);
		const told = new DutyIndex(register)
			.responsible([{ code: here?.code ?? "", name: "", share: 1 }], now)
			.map((d) => d.person.id);
		expect(told).toContain(world.responsible);
		expect(
			checkCoverage(register, now, 14).filter((f) => f.kind === "gap" || f.kind === "far" || f.kind === "forest"),
		).toEqual([]);
		const terrain = await loadTerrain(join(folder, "heights.tif"));
		const place = world.terrain.position(3000, 2000);
		expect(Math.abs((terrain.heightM(place) ?? 0) - world.terrain.heightOf(place))).toBeLessThan(5);
		expect(terrain.heightM({ lat: 0, lon: 0 })).toBeUndefined();
		rmSync(folder, { recursive: true });
	});
});
