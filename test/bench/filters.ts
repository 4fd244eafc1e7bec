import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IncidentFilter } from "../../gateway/model/incident-row.ts";
import { openStores } from "../../gateway/store/open.ts";
import { round } from "./proc.ts";

const INCIDENTS = 200_000;
const YEAR_MS = 365 * 86_400_000;
const T0 = Date.UTC(2026, 0, 1);
const PAGE = 100;
const RUNS = 5;

const FILTERS: Record<string, IncidentFilter> = {
	none: {},
	time: { from: T0 + 3.2 * YEAR_MS, to: T0 + 3.3 * YEAR_MS },
	kind: { kind: "sensorFault" },
	state: { states: ["false"] },
	status: { status: "exercise" },
	area: { area: "500114107" },
	areaOfNobody: { area: "999" },
	source: { source: "camera-17" },
	person: { person: "p-1234" },
	text: { text: "祭祀" },
	textOfNobody: { text: "no such words" },
	slow: { slowerThanS: 900 },
	together: { kind: "fire", states: ["closed"], area: "500114103", text: "耕" },
};

/**
 * The table of incidents over 200,000 of them: the first page and its count for each filter, ms, the worst of five
 * after one that warms up.
 */
export async function incidentFilters() {
	const folder = mkdtempSync(join(tmpdir(), "lookout-filters-"));
	const { db, incidentList } = await openStores(join(folder, "store.db"));
	try {
		await db.write([{ sql: FILL, params: [T0, INCIDENTS] }]);
		const worst: Record<string, number> = {};
		for (const [name, filter] of Object.entries(FILTERS)) {
			for (let run = 0; run <= RUNS; run++) {
				const began = performance.now();
				await incidentList.find(filter, PAGE + 1);
				await incidentList.count(filter, 10_000);
				if (run > 0) worst[name] = Math.max(worst[name] ?? 0, round(performance.now() - began, 1));
			}
		}
		return { incidents: INCIDENTS, worstMs: worst, most: Math.max(...Object.values(worst)) };
	} finally {
		await db.close();
		rmSync(folder, { recursive: true });
	}
}

/** Seven years of a county: fires, closed or false, faults and drills; causes, devices and people spread. */
const FILL = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i+1<?2)
INSERT INTO incident_row (id, opened_at, kind, status, state, grids, place, sources, people, cause, size_ha,
	confirmed_at, answered_at, on_scene_at, closed_at, lat, lon, error_m)
SELECT 'FF-bench-'||i, ?1+i*1100000, CASE WHEN i%5=0 THEN 'sensorFault' WHEN i%17=0 THEN 'coverageLost' ELSE 'fire' END,
	CASE WHEN i%50=0 THEN 'exercise' ELSE 'actual' END, CASE WHEN i%3=0 THEN 'false' ELSE 'closed' END,
	' 50011410'||(1+i%9)||'2'||printf('%02d', i%17)||'-0'||(1+i%3)||' ', '青石镇'||(i%17)||'村', ' camera-'||(i%40)||' ',
	' p-'||(i%3000)||' p-'||(i%777)||' ', CASE i%7 WHEN 0 THEN '祭祀用火' WHEN 1 THEN '农事用火' WHEN 2 THEN '春耕烧荒'
	ELSE NULL END, i%30, ?1+i*1100000+60000, CASE WHEN i%11=0 THEN NULL ELSE ?1+i*1100000+(i%1500)*1000 END,
	NULL, ?1+i*1100000+7200000, 29.5, 108.7, 300 FROM n`;
