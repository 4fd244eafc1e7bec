// Made from the schemas of gateway/console/views by `npm run generate`; do not edit.

export interface Api {
	/**
	 * Code of the catalogue, `code?gap=value&gap=value`.
	 */
	Phrase: string;
	Refusal: Refusal;
	Done: Done;
	Position: Position;
	Box: Box;
	Mask: Mask;
	Camera: Camera;
	Sensor: Sensor;
	SensorHistory: SensorHistory;
	Candidate: Candidate;
	PastMinutes: PastMinutes;
	Footage: Footage;
	Companion: Companion;
	Calibration: Calibration;
	Proposed: Proposed;
	GridShare: GridShare;
	Evidence: Evidence;
	Place: Place;
	Involved: Involved;
	Task: Task;
	PlanStep: PlanStep;
	LadderProgress: LadderProgress;
	Incident: Incident;
	Delivery: Delivery;
	IncidentSummary: IncidentSummary;
	IncidentListRow: IncidentListRow;
	IncidentPage: IncidentPage;
	LedgerLine: LedgerLine;
	Briefing: Briefing;
	IncidentDetail: IncidentDetail;
	PhoneView: PhoneView;
	User: User;
	MadeUser: MadeUser;
	Link: Link;
	Me: Me;
	Welcome: Welcome;
	LoginWays: LoginWays;
	SecondFactor: SecondFactor;
	Token: Token;
	MadeToken: MadeToken;
	Shift: Shift;
	Duty: Duty;
	Session: Session;
	AuditEntry: AuditEntry;
	Maintenance: Maintenance;
	Danger: Danger;
	StoreFault: StoreFault;
	Tower: Tower;
	Health: Health;
	State: State;
	DeskState: DeskState;
	Change:
		| {
				type: "incident";
				incident: Incident;
		  }
		| {
				type: "summary";
				incident: IncidentSummary;
		  }
		| {
				type: "delivery";
				incidentId: string;
		  }
		| {
				type: "cameras";
				cameras: Camera[];
		  }
		| {
				type: "sensors";
				sensors: Sensor[];
		  }
		| {
				type: "candidates";
				candidates: Candidate[];
		  }
		| {
				type: "tower";
				tower: Tower;
		  }
		| {
				type: "duty";
				duty: Duty;
		  };
	Person: Person;
	Grid: Grid;
	Opened: Opened;
	Reasons: Reasons;
	Enrolment: Enrolment;
	EnrolmentOpened: EnrolmentOpened;
	TestMessage: TestMessage;
	Receipt: Receipt;
	MapView: MapView;
	GroundShape: GroundShape;
	Coverage: Coverage;
	Spread: Spread;
	Numbers: Numbers;
	RegisterRows: RegisterRows;
	RowChange: RowChange;
	RegisterEdits: RegisterEdits;
	RegisterPreview: RegisterPreview;
	Edited: Edited;
	Finding: Finding;
	DryRun: DryRun;
	PersonPage: PersonPage;
	routes: {
		"POST /api/login": {
			takes: {
				user: string;
				password: string;
				/**
				 * Of the authenticator app.
				 */
				code?: string;
			};
			gives: Done;
		};
		"GET /api/login": {
			takes: null;
			gives: LoginWays;
		};
		"POST /api/logout": {
			takes: null;
			gives: Done;
		};
		"POST /api/welcome": {
			takes: {
				token: string;
			};
			gives: Welcome;
		};
		"POST /api/welcome/take": {
			takes: {
				token: string;
				password: string;
				/**
				 * What is typed to log in; case does not matter.
				 */
				login?: string;
				name?: string;
			};
			gives: Done;
		};
		"POST /api/phone/incident": {
			takes: {
				token: string;
				key: string;
			};
			gives: PhoneView;
		};
		"POST /api/phone/again": {
			takes: {
				token: string;
				key: string;
			};
			gives: Done;
		};
		"POST /api/phone/answer": {
			takes: {
				token: string;
				key: string;
				answer:
					| "going"
					| "notMe"
					| "false"
					| "permitted"
					| "onScene"
					| "confirmed"
					| "controlled"
					| "out"
					| "close"
					| "seen"
					| "again";
				etaMinutes?: number;
				note?: string;
				cause?: string;
				sizeHa?: number;
				tap?: string;
				ageMs?: number;
				position?: {
					lat: number;
					lon: number;
				};
				picture?: string;
			};
			gives: Done;
		};
		"POST /api/receipts/{token}/{kind}": {
			takes: null;
			gives: Receipt;
		};
		"POST /api/enrol/open": {
			takes: {
				token: string;
			};
			gives: EnrolmentOpened;
		};
		"POST /api/enrol/subscribe": {
			takes: {
				token: string;
				device: string;
				subscription: {
					endpoint: string;
					keys: {
						p256dh: string;
						auth: string;
					};
				};
			};
			gives: TestMessage;
		};
		"GET /api/state": {
			takes: null;
			gives: State;
		};
		"GET /api/health": {
			takes: null;
			gives: Health;
		};
		"GET /api/companion": {
			takes: null;
			gives: Companion | null;
		};
		"GET /api/people": {
			takes: null;
			gives: Person[];
		};
		"GET /api/grids": {
			takes: null;
			gives: Grid[];
		};
		"GET /api/incidents": {
			takes: null;
			gives: IncidentPage;
		};
		"GET /api/numbers": {
			takes: null;
			gives: Numbers;
		};
		"GET /api/cameras/{id}/past": {
			takes: null;
			gives: PastMinutes;
		};
		"GET /api/cameras/{id}/footage": {
			takes: null;
			gives: Footage;
		};
		"GET /api/incidents/{id}/past/{camera}": {
			takes: null;
			gives: PastMinutes;
		};
		"GET /api/incidents/{id}": {
			takes: null;
			gives: IncidentDetail;
		};
		"GET /api/incidents/{id}/why/{person}": {
			takes: null;
			gives: Reasons;
		};
		"POST /api/incidents/{id}/answer": {
			takes: {
				answer:
					| "going"
					| "notMe"
					| "false"
					| "permitted"
					| "onScene"
					| "confirmed"
					| "controlled"
					| "out"
					| "close"
					| "seen"
					| "again";
				etaMinutes?: number;
				note?: string;
				cause?: string;
				sizeHa?: number;
				for?: string;
			};
			gives: Done;
		};
		"POST /api/incidents/{id}/undo": {
			takes: null;
			gives: Done;
		};
		"POST /api/incidents/{id}/reopen": {
			takes: {
				/**
				 * Why it is opened again.
				 */
				reason: string;
			};
			gives: Done;
		};
		"POST /api/incidents/{id}/tasks/{task}/release": {
			takes: null;
			gives: Done;
		};
		"POST /api/drills": {
			takes: {
				grid?: string;
				lat?: number;
				lon?: number;
			};
			gives: Opened;
		};
		"POST /api/reports": {
			takes: {
				/**
				 * What the caller says.
				 */
				note?: string;
				/**
				 * Who calls.
				 */
				caller?: string;
				/**
				 * Number to call back.
				 */
				phone?: string;
				grid?: string;
				lat?: number;
				lon?: number;
			};
			gives: Opened;
		};
		"POST /api/people/{id}/enrol": {
			takes: null;
			gives: Enrolment;
		};
		"POST /api/cameras/{id}/calibration": {
			takes: {
				/**
				 * Of the picture, width / height.
				 */
				aspect: number;
				/**
				 * @minItems 1
				 * @maxItems 30
				 */
				landmarks: {
					x: number;
					y: number;
					lat: number;
					lon: number;
					/**
					 * Above the ground, metres.
					 */
					aboveM?: number;
				}[];
			};
			gives: Calibration;
		};
		"POST /api/cameras/{id}/pose": {
			takes: {
				/**
				 * Of the picture, width / height.
				 */
				aspect: number;
				/**
				 * @minItems 1
				 * @maxItems 30
				 */
				landmarks: {
					x: number;
					y: number;
					lat: number;
					lon: number;
					/**
					 * Above the ground, metres.
					 */
					aboveM?: number;
				}[];
			};
			gives: Proposed;
		};
		"POST /api/cameras/{id}/masks": {
			takes: {
				box: {
					x: number;
					y: number;
					w: number;
					h: number;
				};
				reason: string;
				days: number;
			};
			gives: Mask;
		};
		"POST /api/masks/{id}/end": {
			takes: null;
			gives: Done;
		};
		"POST /api/maintenance": {
			takes: {
				/**
				 * Ids of cameras and sensors.
				 *
				 * @minItems 1
				 * @maxItems 50
				 */
				devices: string[];
				reason: string;
				minutes: number;
			};
			gives: Maintenance;
		};
		"POST /api/maintenance/{id}/end": {
			takes: null;
			gives: Done;
		};
		"POST /api/store/seen": {
			takes: null;
			gives: Done;
		};
		"POST /api/danger": {
			takes: {
				level: 1 | 2 | 3 | 4 | 5;
				/**
				 * Code of an area; everywhere where there is none.
				 */
				area?: string;
			};
			gives: Done;
		};
		"GET /api/map": {
			takes: null;
			gives: MapView;
		};
		"GET /api/map/ground": {
			takes: null;
			gives: GroundShape[];
		};
		"GET /api/map/coverage/{id}": {
			takes: null;
			gives: Coverage;
		};
		"GET /api/sensors/{id}/history": {
			takes: null;
			gives: SensorHistory;
		};
		"GET /api/register/rows/{table}": {
			takes: null;
			gives: RegisterRows;
		};
		"GET /api/register/edits": {
			takes: null;
			gives: RegisterEdits;
		};
		"GET /api/register/findings": {
			takes: null;
			gives: Finding[];
		};
		"POST /api/register/changes": {
			takes: {
				/**
				 * @minItems 1
				 * @maxItems 100000
				 */
				edits: {
					table: "people" | "assignments" | "teams" | "roster" | "units" | "places" | "orders" | "cards" | "grids";
					before?: {
						[k: string]: string;
					};
					after?: {
						[k: string]: string;
					};
				}[];
				/**
				 * Why.
				 */
				note: string;
			};
			gives: Edited;
		};
		"POST /api/register/edits/{n}/undo": {
			takes: null;
			gives: Edited;
		};
		"POST /api/register/settle": {
			takes: {
				table: "people" | "assignments" | "teams" | "roster" | "units" | "places" | "orders" | "cards" | "grids";
				key: string;
				take: "file" | "edit";
			};
			gives: Edited;
		};
		"POST /api/register/preview": {
			takes: {
				table: "people" | "assignments" | "teams" | "roster" | "units" | "places" | "orders" | "cards" | "grids";
				name: string;
				/**
				 * Rows that the file does not have stay.
				 */
				isPart?: boolean;
				/**
				 * The file's bytes, base64.
				 */
				content: string;
			};
			gives: RegisterPreview;
		};
		"GET /api/register/dry-run": {
			takes: null;
			gives: DryRun;
		};
		"GET /api/people/{id}": {
			takes: null;
			gives: PersonPage;
		};
		"GET /api/me": {
			takes: null;
			gives: Me;
		};
		"GET /api/sessions": {
			takes: null;
			gives: Session[];
		};
		"POST /api/sessions/{id}/end": {
			takes: null;
			gives: Done;
		};
		"POST /api/password": {
			takes: {
				old: string;
				fresh: string;
			};
			gives: Done;
		};
		"POST /api/second-factor/begin": {
			takes: null;
			gives: SecondFactor;
		};
		"POST /api/second-factor/confirm": {
			takes: {
				/**
				 * Of the authenticator app.
				 */
				code: string;
			};
			gives: Done;
		};
		"POST /api/second-factor/end": {
			takes: {
				password: string;
			};
			gives: Done;
		};
		"GET /api/users": {
			takes: null;
			gives: User[];
		};
		"POST /api/users": {
			takes: {
				/**
				 * What is typed to log in; case does not matter.
				 */
				login: string;
				name: string;
				/**
				 * @minItems 1
				 */
				roles: ("viewer" | "officer" | "dutyLeader" | "office" | "technician" | "administrator")[];
				/**
				 * Codes of areas, as in the register; everywhere where there is none.
				 *
				 * @maxItems 200
				 */
				areas: string[];
				personId?: string;
				/**
				 * `sub` at the OpenID provider.
				 */
				subject?: string;
			};
			gives: MadeUser;
		};
		"POST /api/users/{id}": {
			takes: {
				/**
				 * What is typed to log in; case does not matter.
				 */
				login: string;
				name: string;
				/**
				 * @minItems 1
				 */
				roles: ("viewer" | "officer" | "dutyLeader" | "office" | "technician" | "administrator")[];
				/**
				 * Codes of areas, as in the register; everywhere where there is none.
				 *
				 * @maxItems 200
				 */
				areas: string[];
				personId?: string;
				/**
				 * `sub` at the OpenID provider.
				 */
				subject?: string;
				version: number;
				isDisabled: boolean;
			};
			gives: User;
		};
		"POST /api/users/{id}/reset": {
			takes: null;
			gives: Link;
		};
		"GET /api/tokens": {
			takes: null;
			gives: Token[];
		};
		"POST /api/tokens": {
			takes: {
				name: string;
				/**
				 * @minItems 1
				 */
				rights: (
					| "look"
					| "personal"
					| "answer"
					| "call"
					| "drill"
					| "mask"
					| "danger"
					| "maintain"
					| "enrol"
					| "register"
					| "users"
					| "audit"
				)[];
				/**
				 * Codes of areas, as in the register; everywhere where there is none.
				 *
				 * @maxItems 200
				 */
				areas: string[];
				/**
				 * It ends by itself after so many.
				 */
				days: number;
			};
			gives: MadeToken;
		};
		"POST /api/tokens/{id}/end": {
			takes: null;
			gives: Done;
		};
		"GET /api/duty/shifts": {
			takes: null;
			gives: Shift[];
		};
		"POST /api/duty/sign-on": {
			takes: null;
			gives: Shift;
		};
		"POST /api/duty/{id}/hand-over": {
			takes: {
				note: string;
			};
			gives: Done;
		};
		"GET /api/audit": {
			takes: null;
			gives: AuditEntry[];
		};
	};
}
/**
 * Why something was not done, in English and as a phrase; of a message with several faults all of them, likewise.
 */
export interface Refusal {
	error: string;
	/**
	 * Code of the catalogue, `code?gap=value&gap=value`.
	 */
	reason: string;
	faults?: string[];
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	reasons?: string[];
}
export interface Done {
	ok: boolean;
}
export interface Position {
	lat: number;
	lon: number;
}
/**
 * Shares of the picture.
 */
export interface Box {
	x: number;
	y: number;
	w: number;
	h: number;
}
export interface Mask {
	id: string;
	cameraId: string;
	preset: string;
	box: Box;
	author: string;
	reason: string;
	createdAt: number;
	until: number;
}
export interface Camera {
	id: string;
	name: string;
	azimuthDeg: number;
	fovDeg: number;
	learning: boolean;
	unsteady?: "shaken" | "light";
	blind?: {
		reason: "stale" | "identical" | "black" | "washedOut" | "fogged" | "turned";
		since: number;
	};
	lastFrameAt?: number;
	restarts: number;
	/**
	 * Why its stream gives no picture, while it gives none.
	 */
	noPicture?: string;
	lastLines: string[];
	live: boolean;
	masks: Mask[];
}
export interface Sensor {
	id: string;
	name: string;
	lat: number;
	lon: number;
	lastAt?: number;
	silent: boolean;
	/**
	 * Several devices log in under this name.
	 */
	isShared?: boolean;
	/**
	 * Why the last message was not taken, or is doubted.
	 */
	refused?: {
		why: string;
		at: number;
	};
	readings: {
		nodeId: string;
		quantity: string;
		value: number;
		unit: string;
		quality: "ok" | "broken" | "outOfRange";
		receivedAt: number;
	}[];
}
export interface SensorHistory {
	from: number;
	to: number;
	/**
	 * How long each slice is.
	 */
	sliceMs: number;
	/**
	 * There was more than is read at once: `from` says since when it is told.
	 */
	isCut: boolean;
	/**
	 * Items: Columns, an entry for each slice that has readings; `at` is its begin.
	 */
	quantities: {
		quantity: string;
		unit: string;
		at: number[];
		least: number[];
		mean: number[];
		most: number[];
		/**
		 * Begins of slices with readings that must not be believed.
		 */
		unusable: number[];
		/**
		 * At which the node rings, as its last alarm said.
		 */
		threshold?: number;
	}[];
	/**
	 * What its node decided by itself, oldest first.
	 */
	alarms: {
		at: number;
		what: string;
		quantity?: string;
		value?: number;
		threshold?: number;
		unit?: string;
	}[];
}
/**
 * What a camera may have seen: it rings nobody.
 */
export interface Candidate {
	what: "smoke" | "flame";
	maskedBy?: string;
	trackId: string;
	cameraId: string;
	at: number;
	firstSeenAt: number;
	probability: number;
	bearingDeg: number;
	boxes: Box[];
	picture?: string;
}
/**
 * ms since 1970, oldest first.
 */
export interface PastMinutes {
	minutes: number[];
}
/**
 * Starts of its pieces, ms since 1970, oldest first.
 */
export interface Footage {
	pieces: number[];
}
/**
 * A second model, and where it and the model in use do not agree, newest first.
 */
export interface Companion {
	model: string;
	role: "opinion" | "shadow";
	frames: number;
	agreed: number;
	/**
	 * Code of the catalogue, `code?gap=value&gap=value`.
	 */
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
/**
 * How a camera looks by landmarks.
 */
export interface Calibration {
	azimuthDeg: number;
	tiltDeg: number;
	fovDeg: number;
	rmsDeg: number;
	/**
	 * How far each landmark still lies from where it should.
	 */
	offDeg: number[];
}
export interface Proposed {
	/**
	 * Where it was kept on the gateway's machine.
	 */
	file: string;
}
export interface GridShare {
	code: string;
	name: string;
	share: number;
}
export interface Evidence {
	source: "camera" | "sensor" | "person";
	sourceId: string;
	what: string;
	at: number;
	/**
	 * Of another tower than the incident's own.
	 */
	tower?: string;
	pose?: {
		position: Position;
	};
	bearingDeg?: number;
	bearingErrorDeg?: number;
	probability?: number;
	value?: number;
	unit?: string;
	boxes?: Box[];
	picture?: string;
	trackId?: string;
	/**
	 * How often people have called this place false at this hour.
	 */
	falseBefore?: number;
	/**
	 * The counters of the node went back.
	 */
	odd?: boolean;
	note?: string;
	opinion?: {
		model: string;
		probability: number;
	};
}
export interface Place {
	method: "bearing" | "terrain" | "crossing" | "sensor" | "report" | "camera" | "none";
	points: {
		lat: number;
		lon: number;
		weight: number;
	}[];
	bearingDeg?: number;
	errorM?: number;
	distanceM?: number;
	best?: Position;
	betweenM?: {
		near: number;
		far: number;
	};
}
export interface Involved {
	personId: string;
	name: string;
	title?: string;
	role: string;
	level: string;
	share: number;
	notifiedAt: number;
	task: string;
	team?: string;
	inPlaceOf?: string;
	answer?:
		| "going"
		| "notMe"
		| "false"
		| "permitted"
		| "onScene"
		| "confirmed"
		| "controlled"
		| "out"
		| "close"
		| "seen"
		| "again";
	answeredAt?: number;
	feedbackBy?: number;
	lapsedAt?: number;
	notReachedAt?: number;
	/**
	 * Selected, but no contact on file.
	 */
	unreached?: boolean;
}
export interface Task {
	id: string;
	kind: "guard";
	personId: string;
	name: string;
	dueAt: number;
	until: number;
	doneAt?: number;
}
export interface PlanStep {
	ladder: "verify" | "suppress";
	afterMs: number;
	task: string;
	when: "always" | "orConfirmed" | "confirmed";
	minHa?: number;
	level?: string;
	roles?: string[];
	tiers?: string[];
}
/**
 * How far a ladder has advanced: groups of steps that were notified.
 */
export interface LadderProgress {
	done: number[];
	rounds: number;
	notifiedAt?: number;
	nextAt?: number;
}
export interface Incident {
	id: string;
	towerName?: string;
	kind: "fire" | "coverageLost" | "sensorFault";
	status: "actual" | "exercise";
	state:
		| "detected"
		| "verifying"
		| "confirmed"
		| "dispatched"
		| "onScene"
		| "controlled"
		| "out"
		| "false"
		| "permitted"
		| "closed";
	openedAt: number;
	changedAt: number;
	firstSeenAt: number;
	decisiveAt: number;
	evidence: Evidence[];
	place: Place;
	grids: GridShare[];
	missing: string[];
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	hints?: string[];
	confirmedAt?: number;
	sizeHa?: number;
	rekindled?: number;
	cause?: string;
	closedAt?: number;
	places?: {
		id: string;
		grids: GridShare[];
	}[];
	ending?: {
		until: number;
		answer: {
			answer:
				| "going"
				| "notMe"
				| "false"
				| "permitted"
				| "onScene"
				| "confirmed"
				| "controlled"
				| "out"
				| "close"
				| "seen"
				| "again";
		};
	};
	/**
	 * What somebody had said and another source has taken back.
	 */
	heldOpen?: {
		answer:
			| "going"
			| "notMe"
			| "false"
			| "permitted"
			| "onScene"
			| "confirmed"
			| "controlled"
			| "out"
			| "close"
			| "seen"
			| "again";
		at: number;
		source: string;
	};
	/**
	 * The incident of another tower that is the same fire.
	 */
	primaryId?: string;
	linkedIncidents?: {
		tower: string;
		incidentId: string;
	}[];
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	doubts?: string[];
	/**
	 * Id of whose word ended it.
	 */
	closedBy?: string;
	involved: Involved[];
	registerVersion: string;
	/**
	 * Items: A camera or node that belongs to it.
	 */
	sources: string[];
	/**
	 * On a tower: the centre notifies, and was last heard of then.
	 */
	handedTo?: {
		heardAt: number;
	};
	/**
	 * On a centre: whose incident it is, and whether the centre notifies.
	 */
	takenFrom?: {
		tower: string;
		lease: "asked" | "held";
	};
	ladder: {
		plan: PlanStep[];
		verify: LadderProgress;
		suppress: LadderProgress;
		/**
		 * Steps brought forward; negative: put back.
		 */
		stepsForward: number;
		/**
		 * Items: Code of the catalogue, `code?gap=value&gap=value`.
		 */
		why: string[];
		nextAt?: number;
		feedbackBy?: number;
	};
	maintenance?: {
		by: string;
		until: number;
	};
	split?: {
		id: string;
	}[];
	splitFrom?: string[];
	reports?: {
		personId: string;
		at: number;
		what:
			| "going"
			| "notMe"
			| "false"
			| "permitted"
			| "onScene"
			| "confirmed"
			| "controlled"
			| "out"
			| "close"
			| "seen"
			| "again";
		position?: Position;
		picture?: string;
		/**
		 * Code of the catalogue, `code?gap=value&gap=value`.
		 */
		note?: string;
	}[];
	tasks?: Task[];
}
export interface Delivery {
	id: string;
	personId?: string;
	channel: string;
	address: string;
	state: "queued" | "trying" | "accepted" | "failed" | "stopped";
	attempts: number;
	tries: {
		at: number;
		outcome: string;
		/**
		 * Code of the catalogue, `code?gap=value&gap=value`.
		 */
		detail: string;
	}[];
	receipts: {
		what: string;
		at: number;
		/**
		 * Code of the catalogue, `code?gap=value&gap=value`.
		 */
		detail: string;
	}[];
}
/**
 * What a list shows of an incident.
 */
export interface IncidentSummary {
	id: string;
	towerName?: string;
	kind: "fire" | "coverageLost" | "sensorFault";
	status: "actual" | "exercise";
	state:
		| "detected"
		| "verifying"
		| "confirmed"
		| "dispatched"
		| "onScene"
		| "controlled"
		| "out"
		| "false"
		| "permitted"
		| "closed";
	openedAt: number;
	changedAt: number;
	closedAt?: number;
	confirmedAt?: number;
	primaryId?: string;
	grids: GridShare[];
	missing: string[];
	source: {
		kind: "camera" | "sensor" | "person";
		id: string;
		what: string;
		/**
		 * What a caller has said.
		 */
		note?: string;
	};
	/**
	 * Cameras, sensors and callers that speak of it.
	 */
	sources: number;
	place: {
		method: string;
		bearingDeg?: number;
		errorM?: number;
		distanceM?: number;
		best?: Position;
	};
	picture?: {
		name: string;
		box?: Box;
	};
	people: {
		told: number;
		notReached: number;
		answered: number;
		going: number;
		onScene: number;
		late: number;
	};
	nextAt?: number;
	taskDueAt?: number;
	rekindled?: number;
	sizeHa?: number;
	cause?: string;
	isMaintenance?: boolean;
	ending?: {
		until: number;
		answer: {
			answer:
				| "going"
				| "notMe"
				| "false"
				| "permitted"
				| "onScene"
				| "confirmed"
				| "controlled"
				| "out"
				| "close"
				| "seen"
				| "again";
		};
	};
	/**
	 * What somebody had said and another source has taken back.
	 */
	heldOpen?: {
		answer:
			| "going"
			| "notMe"
			| "false"
			| "permitted"
			| "onScene"
			| "confirmed"
			| "controlled"
			| "out"
			| "close"
			| "seen"
			| "again";
		at: number;
		source: string;
	};
	deskAnsweredAt?: number;
}
export interface IncidentListRow {
	id: string;
	openedAt: number;
	firstSeenAt?: number;
	kind: "fire" | "coverageLost" | "sensorFault";
	status: "actual" | "exercise";
	state:
		| "detected"
		| "verifying"
		| "confirmed"
		| "dispatched"
		| "onScene"
		| "controlled"
		| "out"
		| "false"
		| "permitted"
		| "closed";
	grids: string[];
	place: string;
	sources: string[];
	cause?: string;
	sizeHa?: number;
	confirmedAt?: number;
	answeredAt?: number;
	onSceneAt?: number;
	closedAt?: number;
	lat?: number;
	lon?: number;
	errorM?: number;
	primaryId?: string;
}
/**
 * `total` counts to 10,000.
 */
export interface IncidentPage {
	rows: IncidentListRow[];
	total: number;
	isMore: boolean;
}
export interface LedgerLine {
	n: number;
	at: number;
	what: string;
	who: string;
	detail: {
		[k: string]: unknown;
	};
	/**
	 * Of whoever spoke, as long as it is kept.
	 */
	name?: string;
	note?: string;
	/**
	 * Name of the user at the desk who has taken the word down for somebody else.
	 */
	takenDownBy?: string;
}
/**
 * What whoever goes should know of the plot.
 */
export interface Briefing {
	cards: {
		grid: string;
		access: string;
		water: string;
		key: string;
		hazards: string;
		notes: string;
	}[];
	near: {
		kind: string;
		name: string;
		position: Position;
		distanceM: number;
		azimuthDeg: number;
	}[];
	teams: {
		name: string;
		tier: string;
		strength?: number;
		distanceM?: number;
	}[];
}
export interface IncidentDetail {
	incident: Incident;
	deliveries: Delivery[];
	ledger: LedgerLine[];
	briefing: Briefing;
	/**
	 * Those whose ground lies nearest.
	 */
	rangers: {
		id: string;
		name: string;
		grid: string;
		distanceM: number;
		azimuthDeg: number;
	}[];
	/**
	 * Cameras that look at its place, see the ground and have seen nothing.
	 */
	unseenBy: string[];
	videos: string[];
}
export interface PhoneView {
	tower: {
		name: string;
		timeZone: string;
	};
	person: {
		name: string;
	};
	incident: {
		id: string;
		towerName?: string;
		kind: "fire" | "coverageLost" | "sensorFault";
		status: "actual" | "exercise";
		state:
			| "detected"
			| "verifying"
			| "confirmed"
			| "dispatched"
			| "onScene"
			| "controlled"
			| "out"
			| "false"
			| "permitted"
			| "closed";
		openedAt: number;
		changedAt: number;
		firstSeenAt: number;
		decisiveAt: number;
		evidence: Evidence[];
		place: Place;
		grids: GridShare[];
		missing: string[];
		/**
		 * Items: Code of the catalogue, `code?gap=value&gap=value`.
		 */
		hints?: string[];
		confirmedAt?: number;
		sizeHa?: number;
		rekindled?: number;
		cause?: string;
		closedAt?: number;
		places?: {
			id: string;
			grids: GridShare[];
		}[];
		ending?: {
			until: number;
			answer: {
				answer:
					| "going"
					| "notMe"
					| "false"
					| "permitted"
					| "onScene"
					| "confirmed"
					| "controlled"
					| "out"
					| "close"
					| "seen"
					| "again";
			};
		};
		/**
		 * What somebody had said and another source has taken back.
		 */
		heldOpen?: {
			answer:
				| "going"
				| "notMe"
				| "false"
				| "permitted"
				| "onScene"
				| "confirmed"
				| "controlled"
				| "out"
				| "close"
				| "seen"
				| "again";
			at: number;
			source: string;
		};
		tasks: Task[];
		answered: {
			name: string;
			answer:
				| "going"
				| "notMe"
				| "false"
				| "permitted"
				| "onScene"
				| "confirmed"
				| "controlled"
				| "out"
				| "close"
				| "seen"
				| "again";
		}[];
	};
	mine?:
		| "going"
		| "notMe"
		| "false"
		| "permitted"
		| "onScene"
		| "confirmed"
		| "controlled"
		| "out"
		| "close"
		| "seen"
		| "again";
	task?: string;
	mayEnd: boolean;
	picture?: string;
	briefing: Briefing;
}
export interface User {
	id: string;
	login: string;
	name: string;
	personId?: string;
	roles: ("viewer" | "officer" | "dutyLeader" | "office" | "technician" | "administrator")[];
	areas: string[];
	subject?: string;
	disabledAt?: number;
	createdAt: number;
	version: number;
	hasPassword: boolean;
	hasSecondFactor: boolean;
}
/**
 * The link works once, for three days.
 */
export interface MadeUser {
	user: User;
	url: string;
}
export interface Link {
	url: string;
}
export interface Me {
	id: string;
	name: string;
	login: string;
	roles: ("viewer" | "officer" | "dutyLeader" | "office" | "technician" | "administrator")[];
	rights: (
		| "look"
		| "personal"
		| "answer"
		| "call"
		| "drill"
		| "mask"
		| "danger"
		| "maintain"
		| "enrol"
		| "register"
		| "users"
		| "audit"
	)[];
	areas: string[];
	hasSecondFactor: boolean;
	isOnDuty: boolean;
}
/**
 * The first one names himself.
 */
export interface Welcome {
	isFirst: boolean;
	name?: string;
	login?: string;
}
/**
 * What the button of the OpenID provider says.
 */
export interface LoginWays {
	oidc?: string;
}
export interface SecondFactor {
	secret: string;
	uri: string;
	qr: string;
}
export interface Token {
	id: string;
	name: string;
	rights: (
		| "look"
		| "personal"
		| "answer"
		| "call"
		| "drill"
		| "mask"
		| "danger"
		| "maintain"
		| "enrol"
		| "register"
		| "users"
		| "audit"
	)[];
	areas: string[];
	createdBy: string;
	createdAt: number;
	endsAt: number;
}
export interface MadeToken {
	id: string;
	token: string;
}
export interface Shift {
	id: string;
	userId: string;
	name: string;
	role: "viewer" | "officer" | "dutyLeader" | "office" | "technician" | "administrator";
	from: number;
	to?: number;
	note?: string;
}
export interface Duty {
	shifts: Shift[];
	roster: {
		role: string;
		name: string;
		from: number;
		to: number;
		isNow: boolean;
	}[];
}
export interface Session {
	id: string;
	userId: string;
	user: string;
	at?: number;
	origin?: string;
	agent?: string;
	isOwn: boolean;
}
export interface AuditEntry {
	at: number;
	who: string;
	name: string;
	what: string;
	of: string;
}
export interface Maintenance {
	id: string;
	devices: string[];
	by: string;
	reason: string;
	at: number;
	until: number;
}
/**
 * A level of fire danger as declared: of an area, or everywhere.
 */
export interface Danger {
	level: 1 | 2 | 3 | 4 | 5;
	area?: string;
	areaName?: string;
	by: string;
	at: number;
	until: number;
}
export interface StoreFault {
	why: "full" | "readOnly" | "failing" | "damaged" | "locked" | "lost" | "silent";
	state: "reserve" | "memory" | "replaced" | "waiting";
	missing?: string[];
}
export interface Tower {
	id: string;
	name: string;
	language: "zh" | "en";
	timeZone: string;
	exercise: boolean;
	lat: number;
	lon: number;
	version: string;
	/**
	 * Version of the register in force.
	 */
	register: string;
	/**
	 * From which probability on people are told now.
	 */
	needs: {
		smoke: number;
		flame: number;
	};
	/**
	 * The same at the quiet point, as after a false alarm at a place.
	 */
	quiet: {
		smoke: number;
		flame: number;
	};
	/**
	 * The operating point in force.
	 */
	point: string;
	maintenance: Maintenance[];
	danger?: Danger;
	/**
	 * Levels of areas, which count there in its place.
	 */
	areaDangers: Danger[];
	/**
	 * Code of the catalogue, `code?gap=value&gap=value`.
	 */
	configFault?: string;
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	registerFaults?: string[];
	storeFault?: StoreFault;
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	partFaults?: string[];
	audit?: {
		incidentId: string;
		at: number;
		/**
		 * Code of the catalogue, `code?gap=value&gap=value`.
		 */
		what: string;
	}[];
	/**
	 * Code of the catalogue, `code?gap=value&gap=value`.
	 */
	modelFault?: string;
	publicUrl?: string;
	neighbours?: {
		at: number;
		sender: string;
		headline: string;
		sent: number;
		/**
		 * Code of the catalogue, `code?gap=value&gap=value`.
		 */
		why: string;
	}[];
}
/**
 * Whether the tower watches: a fresh frame scored, not a process that answers.
 */
export interface Health {
	framesScored: number;
	framesFailed: number;
	camerasBlind: number;
	camerasLearning: number;
	detectorRestarts: number;
	store?: StoreFault;
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	parts?: string[];
	counters: {
		[k: string]: number;
	};
}
export interface State {
	now: number;
	tower: Tower;
	incidents: Incident[];
	cameras: Camera[];
	sensors: Sensor[];
	candidates: Candidate[];
	duty: Duty;
}
export interface DeskState {
	now: number;
	tower: Tower;
	incidents: IncidentSummary[];
	cameras: Camera[];
	sensors: Sensor[];
	candidates: Candidate[];
	duty: Duty;
}
export interface Person {
	id: string;
	name: string;
	title?: string;
	phone?: string;
	role: string;
	level: string;
	grids: string[];
	/**
	 * When the post ended, ms since 1970.
	 */
	leftAt?: number;
	/**
	 * When it begins, where that is to come.
	 */
	startsAt?: number;
	/**
	 * When it ends, where that is to come.
	 */
	endsAt?: number;
	/**
	 * 副职.
	 */
	isDeputy?: boolean;
}
export interface Grid {
	code: string;
	name: string;
}
export interface Opened {
	incident: string;
}
export interface Reasons {
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	reasons: string[];
}
export interface Enrolment {
	name: string;
	url: string;
	qr: string;
}
export interface EnrolmentOpened {
	name: string;
	tower: string;
	key?: string;
}
export interface TestMessage {
	accepted: boolean;
	/**
	 * Code of the catalogue, `code?gap=value&gap=value`.
	 */
	detail: string;
}
export interface Receipt {
	code: 0;
	msg: string;
	taken: number;
}
/**
 * What stands on the map; positions are WGS84.
 */
export interface MapView {
	/**
	 * Changes with what is shown.
	 */
	version: string;
	/**
	 * Whether there are tiles of heights.
	 */
	hasTerrain: boolean;
	/**
	 * Where heights are known: west, south, east, north.
	 */
	box?: number[];
	/**
	 * What lies under it; PMTiles are at /api/map/base.
	 */
	base?: {
		kind: "raster" | "pmtilesRaster" | "pmtilesVector";
		/**
		 * Of tiles: addresses of each layer, the lowest first.
		 */
		layers: string[][];
		attribution: string;
		maxZoom: number;
	};
	/**
	 * Where people of open fires last said they were.
	 */
	people: {
		id: string;
		name: string;
		at: number;
		position: Position;
		incidentId: string;
		what: string;
	}[];
	tower: {
		id: string;
		name: string;
		lat: number;
		lon: number;
	};
	cameras: {
		id: string;
		name: string;
		lat: number;
		lon: number;
		azimuthDeg: number;
		fovDeg: number;
		rangeM: number;
	}[];
	grids: {
		code: string;
		name: string;
		polygons: number[][][][];
	}[];
	/**
	 * Counties, townships and villages; their ground is that of the grids whose code begins with theirs.
	 */
	units: {
		code: string;
		name: string;
		level: string;
	}[];
	forest: number[][][][];
	teams: {
		id: string;
		name: string;
		tier: string;
		position: Position;
		strength?: number;
	}[];
	places: {
		id: string;
		kind: string;
		name: string;
		position: Position;
	}[];
	orders: {
		id: string;
		kind: string;
		grids: string[];
		around?: {
			position: Position;
			radiusM: number;
		};
		from: number;
		to: number;
		document: string;
	}[];
}
/**
 * A road or a water; positions are [lon, lat], WGS84.
 */
export interface GroundShape {
	kind: "road" | "track" | "path" | "river" | "lake";
	name?: string;
	lines: number[][][];
	polygons: number[][][][];
}
/**
 * Ground that a camera sees.
 */
export interface Coverage {
	polygons: number[][][];
}
/**
 * Seconds; the median lies between `lowS` and `highS` at 95 per cent; of fewer than six there is no such interval.
 */
export interface Spread {
	count: number;
	medianS?: number;
	p90S?: number;
	lowS?: number;
	highS?: number;
}
export interface Numbers {
	from: number;
	to: number;
	fires: {
		all: number;
		open: number;
		false: number;
		permitted: number;
		closed: number;
	};
	/**
	 * Fires that somebody confirmed.
	 */
	confirmed: number;
	/**
	 * Burnt ground, as people put it, hectares.
	 */
	burntHa: number;
	/**
	 * The same of the time before, as long.
	 */
	before?: {
		from: number;
		to: number;
		fires: {
			all: number;
			open: number;
			false: number;
			permitted: number;
			closed: number;
		};
		confirmed: number;
		burntHa: number;
		unanswered: number;
		toAnswer: Spread;
		toScene: Spread;
	};
	faults: number;
	drills: number;
	unanswered: number;
	/**
	 * What cameras saw and people called false; the rate lies between `low` and `high` at 95 per cent.
	 */
	falsePerCameraDay: {
		count: number;
		cameraDays: number;
		rate: number;
		low: number;
		high: number;
	};
	toAlarm: Spread;
	toAnswer: Spread;
	toScene: Spread;
	byMonth: {
		name: string;
		label?: string;
		all: number;
		open: number;
		false: number;
		permitted: number;
		closed: number;
		toAnswer: Spread;
		/**
		 * What cameras saw and people called false; the rate lies between `low` and `high` at 95 per cent.
		 */
		falsePerCameraDay?: {
			count: number;
			cameraDays: number;
			rate: number;
			low: number;
			high: number;
		};
	}[];
	byArea: {
		name: string;
		label?: string;
		all: number;
		open: number;
		false: number;
		permitted: number;
		closed: number;
		toAnswer: Spread;
		/**
		 * What cameras saw and people called false; the rate lies between `low` and `high` at 95 per cent.
		 */
		falsePerCameraDay?: {
			count: number;
			cameraDays: number;
			rate: number;
			low: number;
			high: number;
		};
	}[];
	byCamera: {
		name: string;
		label?: string;
		all: number;
		open: number;
		false: number;
		permitted: number;
		closed: number;
		toAnswer: Spread;
		/**
		 * What cameras saw and people called false; the rate lies between `low` and `high` at 95 per cent.
		 */
		falsePerCameraDay?: {
			count: number;
			cameraDays: number;
			rate: number;
			low: number;
			high: number;
		};
	}[];
	byCause: {
		name: string;
		label?: string;
		all: number;
		open: number;
		false: number;
		permitted: number;
		closed: number;
		toAnswer: Spread;
		/**
		 * What cameras saw and people called false; the rate lies between `low` and `high` at 95 per cent.
		 */
		falsePerCameraDay?: {
			count: number;
			cameraDays: number;
			rate: number;
			low: number;
			high: number;
		};
	}[];
	/**
	 * Items: Messages to people, drills included.
	 */
	byChannel: {
		channel: string;
		all: number;
		accepted: number;
		failed: number;
	}[];
	/**
	 * Items: Of how many fires and drills he was told.
	 */
	byChief: {
		personId: string;
		name: string;
		told: number;
		drills: number;
	}[];
	/**
	 * Hours in which nobody had signed on at the desk, of those since there is a gateway.
	 */
	unattended: {
		hours: number;
		ofHours: number;
	};
}
/**
 * A table of the register in force, as its file would have it.
 */
export interface RegisterRows {
	columns: string[];
	rows: {
		key: string;
		cells: {
			[k: string]: string;
		};
	}[];
}
export interface RowChange {
	table: "people" | "assignments" | "teams" | "roster" | "units" | "places" | "orders" | "cards" | "grids";
	key: string;
	before?: {
		[k: string]: string;
	};
	after?: {
		[k: string]: string;
	};
}
/**
 * What people have changed, newest first, and rows of which files and edits say different things.
 */
export interface RegisterEdits {
	edits: {
		n: number;
		at: number;
		/**
		 * Id of whoever did it; `rule` where the files have come to say the same.
		 */
		by: string;
		name: string;
		note: string;
		changes: RowChange[];
		/**
		 * Number of the edit that it takes back.
		 */
		undoes?: number;
	}[];
	differences: {
		table: "people" | "assignments" | "teams" | "roster" | "units" | "places" | "orders" | "cards" | "grids";
		key: string;
		file?: {
			[k: string]: string;
		};
		edited?: {
			[k: string]: string;
		};
	}[];
}
/**
 * What a file would change, or what is wrong with it.
 */
export interface RegisterPreview {
	changes: RowChange[];
	/**
	 * Items: Code of the catalogue, `code?gap=value&gap=value`.
	 */
	faults: string[];
}
export interface Edited {
	/**
	 * Number of the edit.
	 */
	n: number;
}
/**
 * What the check has found.
 */
export interface Finding {
	kind: string;
	what: string;
	from: number;
	to?: number;
	/**
	 * Code of the catalogue, `code?gap=value&gap=value`.
	 */
	detail: string;
}
/**
 * Who would be told of a fire, when and how, if nobody answered.
 */
export interface DryRun {
	grids: GridShare[];
	missing: string[];
	told: {
		personId: string;
		name: string;
		title?: string;
		role: string;
		level: string;
		phone?: string;
		/**
		 * Seconds after the fire was seen.
		 */
		afterS: number;
		task: string;
		channels: string[];
		/**
		 * Channels that reach nobody: Web Push without an enrolled phone.
		 */
		mute: string[];
		isDeputy?: boolean;
		/**
		 * Of a village: on which of the grids.
		 */
		grid?: string;
	}[];
}
/**
 * What is known of a person's posts, and how he is reached.
 */
export interface PersonPage {
	id: string;
	name: string;
	title?: string;
	phone?: string;
	/**
	 * The row of the person first, then further posts.
	 */
	posts: {
		role: string;
		level: string;
		grids: string[];
		from?: number;
		to?: number;
		isDeputy?: boolean;
	}[];
	channels: {
		channel: string;
		address: string;
	}[];
	/**
	 * Enrolled for Web Push.
	 */
	phones: {
		device: string;
		since: number;
	}[];
	/**
	 * That last or come.
	 */
	shifts: {
		post: string;
		from: number;
		to: number;
	}[];
	heardAt?: number;
	verifiedAt?: number;
}
