import { defineConfig } from "vitest/config";

/** What takes minutes: all footage, kills, soaks. `npm run test:long`. */
export default defineConfig({
	test: { include: ["test/long/**/*.test.ts"], pool: "forks", maxWorkers: 1, hookTimeout: 180_000 },
});
