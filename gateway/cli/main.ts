import { enableCompileCache } from "node:module";
import { join } from "node:path";

// compiled code of the last start, types already taken out: half of the time until the broker listens went there, so
// that nothing of ours is loaded before. Beside the program and not in /tmp, where others could put code into it; a
// folder that cannot be written is no fault.
enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/lookout"));
const { runProgram } = await import("./program.ts");

// a reader that has seen enough, as head does, is no fault of ours; a gateway goes on without it
const goesOn = ["run", "simulate"].includes(process.argv[2] ?? "");
process.stdout.on("error", (error: NodeJS.ErrnoException) => !goesOn && error.code === "EPIPE" && process.exit(0));
await runProgram(process.argv.slice(2));
// all has been put in order: a name that nobody resolves may not hold a gateway for minutes longer
if (goesOn) process.exit();
