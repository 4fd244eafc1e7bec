import { readFileSync } from "node:fs";
import escapeHtml from "escape-html";
import type { PointName } from "../model/camera.ts";
import type { Footage } from "../watch/capture/stills.ts";
import type { Model } from "../watch/detect/manifest.ts";
import type { SequenceResult } from "./result.ts";
import { type Alert, auroc, frameFigures, poissonInterval } from "./score.ts";

/** Figures of an evaluation: the object that models/README.md describes, and a page with a picture of each event. */

const STYLE = `
body { font: 15px/1.5 system-ui; margin: 2em auto; max-width: 70em; padding: 0 1em }
figure { display: inline-block; margin: 0 1em 1em 0 }
.p { position: relative; width: 30em } .p img { width: 100%; display: block }
.p i { position: absolute; box-sizing: border-box; border: 2px solid }
.p .a { border-color: #e22 } .p .l { border-color: #2c2 }
section { border-top: 1px solid #ccc; padding-top: .5em } td { padding-right: 2em }
svg { width: 100%; height: 7em; background: #f6f6f6 }`;

const iso = (at: number) => new Date(at).toISOString();
export const minutes = (from: number | null, to: number | null) =>
	from === null || to === null ? null : Math.max(0, (to - from) / 60_000);
const plain = (alerts: Alert[]) =>
	alerts.map((a) => ({ time: iso(a.at), box: [a.box.x, a.box.y, a.box.w, a.box.h], score: a.score }));

type Overall = ReturnType<typeof figuresOf>["overall"];

/** The object that `lookout evaluate --json` prints. */
export interface Report extends ReturnType<typeof figuresOf> {
	/** The same alerts on corrected labels, when corrections were given. */
	corrected?: Overall;
}

export function report(results: SequenceResult[], model: Model, point: PointName): Report {
	return figuresOf(results, model, point);
}

function figuresOf(results: SequenceResult[], model: Model, point: PointName) {
	const counted = results.filter((r) => !r.seenInTraining);
	const events = counted.filter((r) => r.score.event);
	const detected = events.filter((r) => r.score.detectedAt !== null);
	const delays = detected.map((r) => minutes(r.score.firstSmoke, r.score.detectedAt) ?? 0).sort((a, b) => a - b);
	const falseAlarms = counted.reduce((n, r) => n + r.score.falseAlarms.length, 0);
	const cleanDays = counted.reduce((n, r) => n + r.score.cleanHours, 0) / 24;
	const frames = counted.flatMap((r) =>
		r.frames
			.filter((f) => f.positive !== null && f.top !== undefined)
			.map((f) => ({ positive: f.positive === true, score: (f.top ?? 0) - r.alertScores.smoke })),
	);
	return {
		point,
		model: { name: model.manifest.name, sha256: model.manifest.sha256 },
		sequences: results.map((r) => ({
			name: r.footage.name,
			network: r.network,
			seenInTraining: r.seenInTraining,
			frames: r.frames.length,
			cameraHours: r.score.cameraHours,
			ignition: r.score.ignition === null ? null : iso(r.score.ignition),
			firstSmoke: r.score.firstSmoke === null ? null : iso(r.score.firstSmoke),
			detectedAt: r.score.detectedAt === null ? null : iso(r.score.detectedAt),
			minutesFromFirstSmoke: minutes(r.score.firstSmoke, r.score.detectedAt),
			minutesFromIgnition: minutes(r.score.ignition, r.score.detectedAt),
			falseAlarms: plain(r.score.falseAlarms),
			unexplained: plain(r.score.unexplained),
			alerts: plain(r.alerts),
		})),
		overall: {
			events: events.length,
			detected: detected.length,
			eventRecall: events.length === 0 ? 0 : detected.length / events.length,
			medianMinutes: quantile(delays, 0.5),
			p90Minutes: quantile(delays, 0.9),
			falseAlarms,
			cleanCameraDays: cleanDays,
			falseAlarmsPerCameraDay: cleanDays === 0 ? null : falseAlarms / cleanDays,
			interval95: cleanDays === 0 ? null : poissonInterval(falseAlarms, cleanDays),
			frame: frameFigures(frames, 0),
			withinEventAuc: withinEventAuc(events),
		},
		...deceivers(counted),
	};
}

/**
 * Mean over the events of how well an event's smoking frames stand out from its own clean ones (area under the ROC
 * curve).
 */
function withinEventAuc(events: SequenceResult[]): number | null {
	const areas = events.flatMap(({ frames }) => {
		const known = frames.flatMap((f) =>
			f.positive === null || f.top === undefined ? [] : [{ positive: f.positive, score: f.top }],
		);
		return known.some((f) => f.positive) && known.some((f) => !f.positive) ? [auroc(known)] : [];
	});
	return areas.length === 0 ? null : areas.reduce((sum, a) => sum + a, 0) / areas.length;
}

/** False alarms by what was laid over the footage, when anything was. */
function deceivers(results: SequenceResult[]): {
	deceivers?: Record<string, { cameraHours: number; falseAlarms: number }>;
} {
	const made = results.filter((r) => r.footage.deceiver !== undefined);
	if (made.length === 0) return {};
	const byKind: Record<string, { cameraHours: number; falseAlarms: number }> = {};
	for (const { footage, score } of made) {
		const kind = footage.deceiver as string;
		const sum = byKind[kind] ?? { cameraHours: 0, falseAlarms: 0 };
		byKind[kind] = {
			cameraHours: sum.cameraHours + score.cleanHours,
			falseAlarms: sum.falseAlarms + score.falseAlarms.length,
		};
	}
	return { deceivers: byKind };
}

function quantile(sorted: number[], q: number): number | null {
	if (sorted.length === 0) return null;
	return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}

/** A page that stands alone: for each sequence its scores over time, the decisive frame, and every false alarm. */
export function reportPage(results: SequenceResult[], figures: Report): string {
	const { overall, model, point } = figures;
	const rate = overall.falseAlarmsPerCameraDay?.toFixed(1) ?? "–";
	const interval = overall.interval95?.map((n) => n.toFixed(1)).join(" … ") ?? "–";
	const facts: [string, string][] = [
		["model", `${model.name} ${model.sha256.slice(0, 12)}, point “${point}”`],
		["events detected", `${overall.detected} of ${overall.events}`],
		[
			"minutes from first labelled smoke: median, 90th percentile",
			`${overall.medianMinutes ?? "–"}, ${overall.p90Minutes ?? "–"}`,
		],
		[
			"false alarms",
			`${overall.falseAlarms} in ${(overall.cleanCameraDays * 24).toFixed(1)} clean hours; per camera-day ${rate} (95 %: ${interval})`,
		],
		[
			"frames: AUROC, precision, recall",
			[overall.frame.auroc, overall.frame.precision, overall.frame.recall].map((n) => n.toFixed(2)).join(", "),
		],
	];
	return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Evaluation of ${escapeHtml(model.name)}</title>
<style>${STYLE}</style>
<h1>Evaluation</h1><table>${facts.map(([k, v]) => `<tr><td>${k}<td>${escapeHtml(v)}`).join("")}</table>
<p>Red: what the detector boxed. Green: the label. In the curves: the highest score of each frame; dashed: the alert
score; green: labelled smoke; grey line: ignition.</p>
${results.map(section).join("")}</html>`;
}

function section(r: SequenceResult): string {
	const { score, footage } = r;
	const delay = minutes(score.firstSmoke, score.detectedAt);
	const verdict = !score.event
		? "no labelled event"
		: delay === null
			? "missed"
			: `detected ${delay} min after the first labelled smoke`;
	const decisive = r.alerts.find((a) => a.at === score.detectedAt);
	const missed = score.event && !decisive ? strongestInSmoke(r) : undefined;
	const pictures = [
		...(decisive ? [picture(footage, decisive, "decisive frame")] : []),
		...(missed ? [picture(footage, missed, "missed: the strongest score after the first labelled smoke")] : []),
		...score.falseAlarms.map((a) => picture(footage, a, "false alarm")),
		...score.unexplained.map((a) => picture(footage, a, "alert after ignition, nothing labelled")),
	];
	return `<section><h2>${escapeHtml(footage.name)}</h2><p>${verdict}; ${score.falseAlarms.length} false alarm(s)${r.seenInTraining ? "; <b>seen in training</b>" : ""} (${escapeHtml(r.network)})</p>${curve(r)}${pictures.join("")}</section>`;
}

function strongestInSmoke({ frames, score }: SequenceResult): Alert | undefined {
	const after = frames
		.filter((f) => score.firstSmoke !== null && f.at >= score.firstSmoke)
		.flatMap((f) => f.candidates);
	return after.sort((a, b) => b.score - a.score)[0];
}

function curve(r: SequenceResult): string {
	const first = r.frames[0]?.at ?? 0;
	const span = Math.max(1, (r.frames.at(-1)?.at ?? 1) - first);
	const x = (at: number) => (((at - first) / span) * 1000).toFixed(1);
	const y = (score: number) => (100 - 10 * Math.min(10, Math.max(0, score))).toFixed(1);
	const points = r.frames.flatMap((f) => (f.top === undefined ? [] : [`${x(f.at)},${y(f.top)}`])).join(" ");
	const smoke = r.frames
		.filter((f) => f.positive)
		.map((f) => `<rect x="${x(f.at)}" y="96" width="${(60_000 / span) * 1000}" height="4" fill="#2c2"/>`);
	const ignition =
		r.score.ignition === null
			? ""
			: `<line x1="${x(r.score.ignition)}" x2="${x(r.score.ignition)}" y1="0" y2="100" stroke="#999"/>`;
	const level = `<line x1="0" x2="1000" y1="${y(r.alertScores.smoke)}" y2="${y(r.alertScores.smoke)}" stroke="#e22" stroke-dasharray="6"/>`;
	return `<svg viewBox="0 0 1000 100" preserveAspectRatio="none">${smoke.join("")}${ignition}${level}<polyline points="${points}" fill="none" stroke="#225" vector-effect="non-scaling-stroke"/></svg>`;
}

function picture(footage: Footage, alert: Alert, what: string): string {
	const frame = footage.frames.find((f) => f.at === alert.at);
	if (!frame) return "";
	const place = ({ x, y, w, h }: Alert["box"], kind: string) =>
		`<i class="${kind}" style="left:${x * 100}%;top:${y * 100}%;width:${w * 100}%;height:${h * 100}%"></i>`;
	const image = readFileSync(frame.file).toString("base64");
	return `<figure><div class="p"><img loading="lazy" alt="" src="data:image/jpeg;base64,${image}">${frame.boxes.map(([x, y, w, h]) => place({ x, y, w, h }, "l")).join("")}${place(alert.box, "a")}</div><figcaption>${what}: ${iso(alert.at)}, score ${alert.score.toFixed(1)}</figcaption></figure>`;
}
