import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** How a camera looks by landmarks that somebody has clicked, degrees. */
export interface ProposedPose {
	azimuthDeg: number;
	tiltDeg: number;
	fovDeg: number;
	/** One-sigma error of the azimuth. */
	azimuthErrorDeg: number;
	landmarks: number;
	rmsDeg: number;
}

/**
 * Writes a pose beside the gateway's data, as the lines of a configuration that would have it: the file of a technician
 * is changed by a technician. The newest proposal for a camera counts. The file's path.
 */
export function writePoseProposal(
	dataDir: string,
	cameraId: string,
	{ landmarks, rmsDeg, ...pose }: ProposedPose,
	{ by, at }: { by: string; at: string },
): string {
	const folder = join(dataDir, "proposals");
	mkdirSync(folder, { recursive: true });
	const file = join(folder, `camera-${cameraId}.yaml`);
	// a name may hold line breaks, and a comment ends with its line
	const name = by.replace(/\s+/g, " ");
	const why = `# Proposed by ${name}, ${at}, from ${landmarks} landmarks that are ${rmsDeg.toFixed(2)} degrees off.\n`;
	const how = "# Put these values in place of the camera's own in the configuration.\n";
	const text = `${why}${how}${stringify({ cameras: [{ id: cameraId, ...pose }] })}`;
	writeFileSync(`${file}.new`, text);
	renameSync(`${file}.new`, file);
	return file;
}
