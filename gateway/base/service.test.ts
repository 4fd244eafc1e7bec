import { expect, it } from "vitest";
import { allOf, ServiceStack } from "./service.ts";

it("services that do not lean on each other are stopped at the same time, all of them, and a fault of one is told", async () => {
	const said: string[] = [];
	const ends: (() => void)[] = [];
	const service = (name: string, fault?: Error) => ({
		start: async () => void said.push(`start ${name}`),
		stop: () =>
			new Promise<void>((resolve, reject) => {
				said.push(`stop ${name}`);
				ends.push(() => (fault ? reject(fault) : resolve()));
			}),
	});
	const stack = new ServiceStack((name, error) => said.push(`${name}: ${(error as Error).message}`));
	stack.add("cameras", allOf([service("a", new Error("stuck")), service("b")]));
	await stack.start(new AbortController().signal);
	const stopped = stack.stop();
	expect(said).toEqual(["start a", "start b", "stop a", "stop b"]);
	for (const end of ends) end();
	await stopped;
	expect(said.at(-1)).toBe("cameras: stuck");
});
