/** Shapes of what the gateway sends; the gateway's own types stand in gateway/console/port.ts. */
export interface Box {
	x: number;
	y: number;
	w: number;
	h: number;
}
export interface Evidence {
	source: "camera" | "sensor" | "person";
	sourceId: string;
	what: string;
	at: number;
	/** Of another tower than the incident's own. */
	tower?: string;
	pose?: { position: { lat: number; lon: number } };
	bearingDeg?: number;
	probability?: number;
	value?: number;
	unit?: string;
	boxes?: Box[];
	picture?: string;
	falseBefore?: number;
	odd?: boolean;
	note?: string;
	opinion?: { model: string; probability: number };
}
export interface Incident {
	id: string;
	towerName?: string;
	partOf?: string;
	witnesses?: { tower: string; incidentId: string }[];
	doubts?: string[];
	kind: "fire" | "coverageLost" | "sensorFault";
	status: "actual" | "exercise";
	state: string;
	openedAt: number;
	changedAt: number;
	firstSeenAt: number;
	decisiveAt: number;
	evidence: Evidence[];
	place: {
		method: string;
		points: { lat: number; lon: number; weight: number }[];
		bearingDeg?: number;
		errorM?: number;
		distanceM?: number;
		best?: { lat: number; lon: number };
	};
	grids: { code: string; name: string; share: number }[];
	missing: string[];
	involved: {
		personId: string;
		name: string;
		title?: string;
		role: string;
		level: string;
		share: number;
		toldAt: number;
		task: string;
		team?: string;
		answer?: string;
		answeredAt?: number;
		feedbackBy?: number;
		lapsedAt?: number;
		notReachedAt?: number;
		unreached?: boolean;
	}[];
	ladder: { ahead: number; why: string[]; nextAt?: number; feedbackBy?: number };
	hints?: string[];
	maintenance?: { by: string; until: number };
	confirmedAt?: number;
	places?: { id: string; grids: { name: string }[] }[];
	split?: { id: string }[];
	splitFrom?: string[];
	reports?: {
		personId: string;
		at: number;
		what: string;
		position?: { lat: number; lon: number };
		picture?: string;
		note?: string;
	}[];
	cause?: string;
	closedAt?: number;
	rekindled?: number;
	ending?: { until: number; answer: { answer: string } };
	tasks?: { id: string; kind: "guard"; name: string; dueAt: number; until: number; doneAt?: number }[];
}
export interface Detail {
	incident: Incident;
	deliveries: {
		id: string;
		personId?: string;
		channel: string;
		address: string;
		state: string;
		attempts: number;
		tries: { at: number; outcome: string; detail: string }[];
		receipts: { what: string; at: number; detail: string }[];
	}[];
	ledger: { n: number; at: number; what: string; who: string; detail: Record<string, unknown> }[];
	videos: string[];
	briefing: Briefing;
}
export interface Briefing {
	cards: { grid: string; access: string; water: string; key: string; hazards: string; notes: string }[];
	near: { kind: string; name: string; distanceM: number; azimuthDeg: number }[];
	teams: { name: string; tier: string; strength?: number; distanceM?: number }[];
}
export interface Camera {
	id: string;
	name: string;
	azimuthDeg: number;
	fovDeg: number;
	learning: boolean;
	unsteady?: "shaken" | "light";
	blind?: { reason: string; since: number };
	lastFrameAt?: number;
	restarts: number;
	noPicture?: string;
	lastLines: string[];
	live: boolean;
	masks: Mask[];
}
export interface Mask {
	id: string;
	box: Box;
	author: string;
	reason: string;
	until: number;
}
export interface Sensor {
	id: string;
	name: string;
	lat: number;
	lon: number;
	lastAt?: number;
	silent: boolean;
	isShared?: boolean;
	refused?: { why: string; at: number };
	readings: { quantity: string; value: number; unit: string; quality: string }[];
}
export interface Candidate {
	what: string;
	maskedBy?: string;
	trackId: string;
	cameraId: string;
	at: number;
	firstSeenAt: number;
	probability: number;
	bearingDeg: number;
	boxes: { x: number; y: number; w: number; h: number }[];
	picture?: string;
}
export interface Companion {
	model: string;
	role: "opinion" | "shadow";
	frames: number;
	agreed: number;
	fault?: string;
	differences: {
		side: "own" | "companion";
		cameraId: string;
		at: number;
		box: Box;
		probability: number;
		picture?: string;
	}[];
}
export interface Tower {
	id: string;
	name: string;
	exercise: boolean;
	lat: number;
	lon: number;
	maintenance: { id: string; devices: string[]; by: string; reason: string; until: number }[];
	danger?: { level: number; by: string; at: number; until: number };
	point: string;
	configFault?: string;
	registerFault?: string;
	storeFault?: { why: string; state: string };
	audit?: { incidentId: string; at: number; what: string }[];
	partFaults?: string[];
	modelFault?: string;
	neighbours?: { at: number; sender: string; headline: string; sent: number; why: string }[];
	version: string;
}
export interface State {
	now: number;
	tower: Tower;
	incidents: Incident[];
	cameras: Camera[];
	sensors: Sensor[];
	candidates: Candidate[];
}

export const isOpen = (i: Pick<Incident, "state">) => !["false", "permitted", "closed"].includes(i.state);

export async function call<T>(
	method: "GET" | "POST",
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<T> {
	const init: RequestInit = { method, signal: AbortSignal.timeout(15_000) };
	if (method === "POST") {
		init.headers = { "content-type": "application/json", ...headers };
		init.body = JSON.stringify(body ?? {});
	}
	const response = await fetch(path, init);
	if (!response.ok) {
		const { reason, error } = (await response.json().catch(() => ({}))) as { reason?: string; error?: string };
		throw Object.assign(new Error(reason ?? error ?? response.statusText), { status: response.status });
	}
	return (await response.json()) as T;
}
