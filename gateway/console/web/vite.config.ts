import { defineConfig } from "vite";

export default defineConfig({
	build: {
		outDir: "dist",
		emptyOutDir: true,
		target: "es2022",
		rollupOptions: { input: ["index.html", "i.html", "enrol.html"].map((f) => `${import.meta.dirname}/${f}`) },
	},
});
