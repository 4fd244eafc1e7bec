import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { Strangers } from "./strangers.ts";

class Connection extends EventEmitter {
	readonly name: string;
	constructor(name: string) {
		super();
		this.name = name;
	}
	destroy(): void {
		this.emit("close");
	}
}

it("the oldest stranger gives way, one that is known does not, and one that is too late goes", () => {
	const gone: string[] = [];
	const strangers = new Strangers<Connection>(2, (c, why) => gone.push(`${c.name} ${why}`));
	const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => new Connection(name)) as [
		Connection,
		Connection,
		Connection,
		Connection,
	];
	strangers.add(a, 0);
	strangers.known(a);
	for (const [i, connection] of [b, c, d].entries()) strangers.add(connection, i + 1);
	expect(gone).toEqual(["b tooMany"]);
	c.destroy();
	strangers.sweep(10);
	expect(gone).toEqual(["b tooMany", "d tooLate"]);
	expect([...strangers]).toEqual([]);
});
