import { Type } from "typebox";
import { phrase } from "../../base/say.ts";
import { calibrated } from "../views/calibration.ts";
import { Calibration, Proposed } from "../views/schemas.ts";
import { idParams } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

const strict = { additionalProperties: false };
const MOST_LANDMARKS = 30;
/** Nobody clicks better than this, and the mast sways, degrees. */
const LEAST_ERROR_DEG = 0.2;
const degrees = (most: number) => Type.Number({ minimum: -most, maximum: most });
const share = Type.Number({ minimum: 0, maximum: 1 });
const body = Type.Object(
	{
		aspect: Type.Number({ minimum: 0.2, maximum: 5, description: "Of the picture, width / height." }),
		landmarks: Type.Array(
			Type.Object(
				{
					x: share,
					y: share,
					lat: degrees(90),
					lon: degrees(180),
					aboveM: Type.Optional(Type.Number({ minimum: 0, maximum: 500, description: "Above the ground, metres." })),
				},
				strict,
			),
			{ minItems: 1, maxItems: MOST_LANDMARKS },
		),
	},
	strict,
);

/** How a camera looks by landmarks that are clicked in its picture and on the map, tried out and proposed. */
export function calibrationRoutes(app: App, { backend, guard }: Services): void {
	const config = { right: "maintain" } as const;
	const fitted = (
		id: string,
		{ aspect, landmarks }: { aspect: number; landmarks: Parameters<typeof calibrated>[2] },
	) => {
		const camera = backend.lens(id);
		return camera && calibrated(camera, backend.terrain(), landmarks, aspect);
	};
	app.post(
		"/api/cameras/:id/calibration",
		{
			config,
			schema: {
				summary: "How a camera looks by landmarks; nothing is kept.",
				params: idParams,
				body,
				response: answers(Calibration),
			},
		},
		async ({ params: { id }, body }, reply) => {
			const found = fitted(id, body);
			if (!found) return refuse(reply, 404, phrase("api.noCamera"));
			return { ...found.aim, rmsDeg: found.rmsDeg, offDeg: found.offDeg };
		},
	);
	app.post(
		"/api/cameras/:id/pose",
		{
			config,
			schema: {
				summary: "Keeps what landmarks say as a proposal to the configuration.",
				params: idParams,
				body,
				response: answers(Proposed),
			},
		},
		async (request, reply) => {
			const { id } = request.params;
			const found = fitted(id, request.body);
			if (!found) return refuse(reply, 404, phrase("api.noCamera"));
			const { aim, rmsDeg } = found;
			const azimuthErrorDeg = Math.max(LEAST_ERROR_DEG, rmsDeg);
			const rounded = (value: number) => Number(value.toFixed(2));
			const pose = {
				azimuthDeg: rounded(aim.azimuthDeg),
				tiltDeg: rounded(aim.tiltDeg),
				fovDeg: rounded(aim.fovDeg),
				azimuthErrorDeg: rounded(azimuthErrorDeg),
			};
			const landmarks = request.body.landmarks.length;
			const file = backend.proposePose(id, { ...pose, landmarks, rmsDeg }, guard.who(request).name);
			return file === undefined ? refuse(reply, 404, phrase("api.noCamera")) : { file };
		},
	);
}
