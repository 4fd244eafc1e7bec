import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../gateway/base/random.ts";
import { KEEPING } from "../../gateway/store/retention.ts";
import { DAY_MS, incident, judgement, type OpenedStores, T0, withStores } from "./fixture.ts";

/** What every implementation must do with readings, rulings and personal data. */
export function keptContract(name: string, open: () => Promise<OpenedStores>): void {
	withStores(`${name} as a store`, open, (own) => {
		describe("messages of nodes", () => {
			const add = (seq: number, extra = {}) =>
				new Promise<void>((resolve, reject) => {
					const message = {
						node: "n1",
						boot: 1,
						seq,
						kind: 2,
						receivedAt: T0 + seq,
						payload: Buffer.from([seq]),
						...extra,
					};
					own.stores.messages.add(message, (error) => (error ? reject(error) : resolve()));
				});

			it("are on the disk when they are said to be, each once", async () => {
				await Promise.all([add(1), add(2), add(1)]);
				await own.reopen();
				expect(await own.stores.messages.count()).toBe(2);
				expect(await own.stores.messages.lastOf("n1", 2, 10)).toMatchObject({
					boot: 1,
					seqs: [
						{ seq: 2, at: T0 + 2 },
						{ seq: 1, at: T0 + 1 },
					],
				});
				expect(await own.stores.messages.lastOf("n2", 2, 10)).toBeUndefined();
			});

			it("an event that was acknowledged waits until it is judged", async () => {
				const event = { type: "tick" as const, id: "e1", at: T0 };
				await add(1, { event });
				expect(await own.stores.messages.pending()).toEqual([event]);
				await own.stores.judgements.commit(judgement("e1"));
				expect(await own.stores.messages.pending()).toEqual([]);
			});

			it("another password is another device, also after a restart", async () => {
				expect(await own.stores.messages.deviceOf("n1", "a")).toBe(0);
				expect(await own.stores.messages.deviceOf("n1", "b")).toBe(1);
				await own.reopen();
				expect(await own.stores.messages.deviceOf("n1", "b")).toBe(1);
			});

			it("are read back newest first by the node's own order, a piece at a time, those of one kind", async () => {
				await add(1, { receivedAt: T0 + 9 });
				await add(2);
				await add(3, { kind: 3 });
				await add(1, { boot: 2, receivedAt: T0 + 3 });
				await add(7, { node: "n2" });
				const first = await own.stores.messages.newest("n1", 2, 2);
				expect(first).toEqual([
					{ boot: 2, seq: 1, receivedAt: T0 + 3, payload: Buffer.from([1]) },
					{ boot: 1, seq: 2, receivedAt: T0 + 2, payload: Buffer.from([2]) },
				]);
				expect(await own.stores.messages.newest("n1", 2, 2, first.at(-1))).toMatchObject([{ boot: 1, seq: 1 }]);
			});

			it("are forgotten a slice at a time until none is left", async () => {
				for (let seq = 1; seq <= 3; seq++) await add(seq);
				while (await own.stores.messages.retainSlice(T0 + 3));
				expect(await own.stores.messages.count()).toBe(1);
			});
		});

		it("commands wait for a node that has subscribed, oldest first, and go with its subscription", async () => {
			const { commands } = own.stores;
			await commands.subscribe("n1", 1);
			for (const [id, at] of [
				["b", 2],
				["a", 1],
			] as const)
				await commands.add({ id, node: "n1", at, payload: Buffer.from(id) });
			await own.reopen();
			expect(await own.stores.commands.subscriptions()).toEqual([{ node: "n1", qos: 1 }]);
			expect((await own.stores.commands.waiting()).map((c) => c.id)).toEqual(["a", "b"]);
			await own.stores.commands.remove("a");
			expect((await own.stores.commands.waiting()).map((c) => c.id)).toEqual(["b"]);
			await own.stores.commands.unsubscribe("n1");
			expect([await own.stores.commands.waiting(), await own.stores.commands.subscriptions()]).toEqual([[], []]);
		});

		it("a CAP message is kept once; the feed shows our own, the newest first", async () => {
			const { cap } = own.stores;
			const row = { identifier: "i1", incident: "FF-1", sent: T0, origin: "own", saying: "detected", xml: "<alert/>" };
			expect([await cap.add(row), await cap.add(row)]).toEqual([true, false]);
			await cap.add({ ...row, identifier: "i2", sent: T0 + 1 });
			await cap.add({ identifier: "i3", sent: T0 + 2, origin: "in:neighbour", saying: "Alert", xml: "<alert/>" });
			expect((await cap.feed(10)).map((r) => r.identifier)).toEqual(["i2", "i1"]);
			expect((await cap.ofIncident("FF-1")).map((r) => r.identifier)).toEqual(["i1", "i2"]);
			expect(await cap.byIdentifier("i3")).toMatchObject({ origin: "in:neighbour" });
			expect(await cap.byIdentifier("i4")).toBeUndefined();
		});

		it("a link belongs to the browser that answers with it first, and the next message carries a new one", async () => {
			const links = own.stores.links("secret", new SeededRandom(1));
			const first = await links.ensure("FF-1", "p1", T0);
			expect(await links.ensure("FF-1", "p1", T0 + 1)).toMatchObject({ slug: first.slug, code: first.code });
			expect(await links.read(first.slug, "phone", T0)).toMatchObject({ personId: "p1", usedElsewhere: false });
			expect(await links.use(first.slug, "phone", T0)).toBe(true);
			expect(await links.use(first.slug, "other", T0)).toBe(false);
			expect(await links.read(first.slug, "other", T0)).toMatchObject({ usedElsewhere: true });
			expect((await links.ensure("FF-1", "p1", T0 + 2)).slug).not.toBe(first.slug);
			expect((await links.byCode(first.code, T0)).map((l) => l.personId)).toContain("p1");
			expect(await links.read(first.slug, "phone", T0 + 2 * DAY_MS)).toBeUndefined();
		});

		it("rulings hold until they are over or ended by name", async () => {
			const { rulings } = own.stores;
			const box = { x: 0, y: 0, w: 0.5, h: 0.5 };
			const mask = {
				id: "m1",
				cameraId: "c1",
				preset: "fixed",
				box,
				author: "王",
				reason: "x",
				createdAt: T0,
				until: T0 + 10,
			};
			await rulings.addMask(mask);
			await rulings.addMask({ ...mask, id: "m2" });
			await rulings.endMask("m1", "李", T0 + 1);
			expect(await rulings.masks(T0 + 2)).toEqual([{ ...mask, id: "m2" }]);
			await rulings.endMasksOf("c1", "rule", T0 + 3);
			expect(await rulings.masks(T0 + 4)).toEqual([]);
			const work = { id: "w1", devices: ["c1"], by: "李", reason: "lens", at: T0, until: T0 + 10 };
			await rulings.addMaintenance(work);
			expect(await rulings.maintenance(T0)).toEqual([work]);
			expect([await rulings.endMaintenance("w1", "李", T0), await rulings.endMaintenance("w1", "李", T0)]).toEqual([
				true,
				false,
			]);
			await rulings.declareDanger({ level: 3, by: "a", at: T0, until: T0 + 10 });
			await rulings.declareDanger({ level: 5, by: "b", at: T0 + 1, until: T0 + 10 });
			expect(await rulings.danger(T0 + 2)).toMatchObject({ level: 5, by: "b" });
			expect(await rulings.danger(T0 + 10)).toBeUndefined();
			const area = { level: 4 as const, area: "500114103", by: "c", at: T0 + 2, until: T0 + 20 };
			await rulings.declareDanger(area);
			expect(await rulings.danger(T0 + 3)).toMatchObject({ level: 5, by: "b" });
			expect(await rulings.areaDangers(T0 + 3)).toEqual([area]);
			await rulings.declareDanger({ level: 2, by: "d", at: T0 + 4, until: T0 + 20 });
			expect(await rulings.areaDangers(T0 + 5)).toEqual([]);
		});

		it("averages are kept once for each slice, and go after more than a year", async () => {
			const { averages, retention } = own.stores;
			const row = {
				node: "n1",
				quantity: "airTemperature",
				unit: "°C",
				count: 2,
				sum: 30,
				least: 10,
				most: 20,
				east: 0,
				north: 2,
			};
			const DAY = 86_400_000;
			expect(await averages.newest("n1")).toBeUndefined();
			await averages.add([
				{ ...row, at: T0 },
				{ ...row, at: T0 + DAY, sum: 1 },
			]);
			await averages.add([{ ...row, at: T0 + DAY }]);
			expect(await averages.newest("n1")).toBe(T0 + DAY);
			expect(await averages.of("n1", T0, T0 + DAY)).toEqual([{ ...row, at: T0 }]);
			expect(await averages.of("n1", T0, T0 + 2 * DAY)).toHaveLength(2);
			expect(await averages.of("n2", T0, T0 + 2 * DAY)).toEqual([]);
			while (await retention.slice(T0 + 400 * DAY + 1));
			expect((await averages.of("n1", 0, T0 + 2 * DAY)).map((a) => a.at)).toEqual([T0 + DAY]);
		});

		it("personal data goes after its time, and pictures are named for whoever deletes them", async () => {
			const picture = `report-${"a".repeat(24)}.jpg`;
			const reports = [{ personId: "p1", at: T0, what: "onScene" as const, picture, note: "山脚" }];
			const old = incident("FF-1", { state: "closed", closedAt: T0, reports });
			await own.stores.judgements.commit(judgement("e1", { incidents: [old] }));
			const { pictures } = await own.stores.privacy.retain(T0 + DAY_MS);
			expect(pictures).toEqual([picture]);
			expect(JSON.stringify(await own.stores.judgements.incident("FF-1"))).not.toMatch(/山脚|report-/);
		});

		it("retention keeps what is open and what is young, and ends", async () => {
			const at = T0 + KEEPING.wholeMs + DAY_MS;
			await own.stores.judgements.commit(
				judgement("old", { incidents: [incident("FF-1", { state: "closed", closedAt: T0 }), incident("FF-2")] }),
			);
			await own.stores.judgements.commit(judgement("young", { at: at - DAY_MS }));
			let slices = 0;
			while (await own.stores.retention.slice(at)) slices++;
			expect(slices).toBeLessThan(100);
			expect([await own.stores.judgements.wasJudged("old"), await own.stores.judgements.wasJudged("young")]).toEqual([
				false,
				true,
			]);
			expect((await own.stores.judgements.openIncidents()).map((i) => i.id)).toEqual(["FF-2"]);
			expect(await own.stores.judgements.incident("FF-1")).toMatchObject({ id: "FF-1", state: "closed" });
		});
	});
}
